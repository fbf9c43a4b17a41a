"""The HTTP service: `create_app()` puts settings, index, routes and middleware together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from . import errors
from .access import AccessLog
from .feedback.store import FeedbackStore
from .metrics import Metrics, RequestMetrics
from .protection import ProtectionHeaders
from .routes import ROUTERS
from .routes.pages import PAGE
from .serving import SearcherHolder
from .settings import Settings, load_settings
from .version import package_version

_DESCRIPTION = (
    "Answers questions about 医保 / 社保 with passages of articles: ranked, cited, highlighted, dated, with "
    'their region. Every error has the shape {"error": {"code", "message", "request_id"}}.'
)


def create_app(settings: Settings | None = None, holder: SearcherHolder | None = None) -> FastAPI:
    """The service. It starts even where no index can be opened: `/readyz` then says why."""
    settings = settings or load_settings()
    holder = holder or SearcherHolder(settings.index, settings.model, reload=settings.reload_index)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Searches run in threads, so that none blocks the event loop; the pool is bounded, so that a burst
        # waits instead of slowing every search.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        await anyio.to_thread.run_sync(holder.refresh)
        yield
        await anyio.to_thread.run_sync(holder.close)

    app = FastAPI(
        title="yibao-search",
        version=package_version(),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.holder = holder
    app.state.metrics = Metrics(holder, FeedbackStore(settings.feedback))
    app.state.routers = ROUTERS
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    errors.install(app)
    # The last one added is the outermost.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "X-Request-ID", "If-None-Match"],
            expose_headers=["X-Request-ID", "ETag"],
        )
    app.add_middleware(ProtectionHeaders)
    app.add_middleware(RequestMetrics, metrics=app.state.metrics)
    app.add_middleware(AccessLog, questions=settings.log_questions)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's description without its 422, which this service never answers with: bad input is a 400."""
    if not app.openapi_schema:
        schema = FastAPI.openapi(app)
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        for unused in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(unused, None)
    return app.openapi_schema or {}
