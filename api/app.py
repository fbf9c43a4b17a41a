"""The HTTP service: `create_app()` puts settings, index, routes and middleware together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from . import errors, middleware
from .feedback.store import FeedbackStore
from .guards.rate_limit import RateLimit
from .locating import located
from .metrics import Metrics
from .openapi import describe
from .routes import ROUTERS
from .routes.pages import PAGE
from .serving import SearcherHolder
from .settings import Settings, load_settings
from .version import package_version
from .workers import shared_folder

_DESCRIPTION = (
    "Answers questions about 医保 / 社保 with passages of articles: ranked, cited, highlighted, dated, with "
    'their region. Every error has the shape {"error": {"code", "message", "request_id"}}.'
)


#: Threads beside those that search: one for a batch, and some that must not wait behind searches.
_THREADS_BESIDE = 5


def create_app(settings: Settings | None = None, holder: SearcherHolder | None = None) -> FastAPI:
    """The service. It starts even where no index can be opened: `/readyz` then says why."""
    settings = settings or load_settings()
    holder = holder or SearcherHolder(
        located(settings), settings.model, settings.reranker, reload=settings.reload_index
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Searches run in threads, so that none blocks the event loop. `Admission` lets only so many in; the others
        # are for probes and whatever else must not wait behind searches.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads + _THREADS_BESIDE
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
    app.state.rate_limit = _rate_limit(settings)
    app.state.routers = ROUTERS
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    errors.install(app)
    middleware.install(app, settings, app.state.metrics, app.state.rate_limit)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


def _rate_limit(settings: Settings) -> RateLimit | None:
    if not settings.rate_limit:
        return None
    folder = shared_folder()
    return RateLimit(settings.rate_limit, folder and folder / "rate-limit.sqlite")
