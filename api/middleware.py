"""What every request passes on its way in and every answer on its way out, in order."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from .access import AccessLog
from .guards.access_keys import AccessKeys
from .guards.admission import Admission
from .guards.body_limit import BodyLimit
from .guards.rate_limit import RateLimit
from .metrics import Metrics, RequestMetrics
from .protection import ProtectionHeaders
from .settings import Settings


def install(app: FastAPI, settings: Settings, metrics: Metrics, rate_limit: RateLimit | None) -> None:
    """Add the middleware. The last one added is the outermost: read this from the end."""
    # Waiting comes last, when everything is there that the work needs.
    app.add_middleware(Admission, threads=settings.threads, most_waiting=settings.max_waiting)
    app.add_middleware(BodyLimit, most_bytes=settings.max_body)
    keys = [key.get_secret_value() for key in settings.api_keys]
    if keys or rate_limit is not None:
        app.add_middleware(AccessKeys, keys=keys, rate_limit=rate_limit)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID", "If-None-Match"],
            expose_headers=["X-Request-ID", "ETag", "Retry-After"],
        )
    app.add_middleware(ProtectionHeaders)
    app.add_middleware(RequestMetrics, metrics=metrics)
    app.add_middleware(AccessLog, questions=settings.log_questions)
