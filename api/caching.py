"""ETags: an answer stays true until the index, the model, the code or the day changes."""

import datetime
import hashlib

from fastapi import Request, Response

from search import Searcher

from .version import package_version


def entity_tag(searcher: Searcher) -> str:
    """A weak tag of everything that an answer depends on besides its URL.

    The day is part of it because rules expire; the tag is weak because `took_ms` differs from run to run.
    """
    model = searcher.embedder.fingerprint if searcher.embedder else "keyword"
    parts = (searcher.build_id, model, package_version(), datetime.date.today().isoformat())
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]}"'


def caching_headers(tag: str) -> dict[str, str]:
    """Headers that let a caller keep the answer and ask whether it is still true."""
    return {"ETag": tag, "Cache-Control": "no-cache"}


def still_true(request: Request, tag: str) -> Response | None:
    """304 if the caller already has the answer of this tag."""
    held = {part.strip() for part in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers=caching_headers(tag)) if tag in held else None
