"""Which requests are guarded: all that ask the index or keep something, and whatever is added later."""

#: The page and its files, documentation, probes, and the admin routes, which have a token of their own.
_OPEN = ("/page/", "/admin/")
_OPEN_EXACTLY = frozenset({"/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"})


def is_guarded(path: str) -> bool:
    """Whether a key, a rate and a place in the queue are needed."""
    return path not in _OPEN_EXACTLY and not path.startswith(_OPEN)
