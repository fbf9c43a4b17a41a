"""What the index holds, and what it can do now."""

from typing import Any

from search import Searcher

from .server_paths import without_paths
from .version import package_version


def _mode(searcher: Searcher) -> str:
    return "hybrid" if searcher.embedder else "keyword"


def readiness(searcher: Searcher, warning: str | None) -> dict[str, Any]:
    """The body of `/readyz`; `warning` says why a newer index was not opened.

    Raises IndexUnusableError where the index cannot be asked now.
    """
    searcher.backend.check()
    return {
        "status": "ready",
        "build": searcher.build_id,
        "mode": _mode(searcher),
        "warning": warning and without_paths(warning),
    }


def statistics(searcher: Searcher) -> dict[str, Any]:
    """The body of `/stats`."""
    manifest = searcher.backend.manifest
    model = manifest.model
    return {
        "build": manifest.build_id,
        "built": manifest.created,
        "articles": manifest.counts["articles"],
        "passages": manifest.counts["passages"],
        "model": without_paths(model.name or "bundled") if model else None,
        "dimension": model.dimension if model else None,
        "mode": _mode(searcher),
        "version": package_version(),
    }
