"""HTTP routes, one file an idea; none holds ranking logic."""

from . import pages, reading, search, status

ROUTERS = (search.router, reading.router, status.router, pages.router)

__all__ = ["ROUTERS"]
