"""HTTP routes, one file an idea; none holds ranking logic."""

from . import admin, answer, feedback, metrics, pages, reading, search, status

ROUTERS = (
    search.router,
    answer.router,
    reading.router,
    feedback.router,
    status.router,
    metrics.router,
    admin.router,
    pages.router,
)

__all__ = ["ROUTERS"]
