"""Filters as an expression of Milvus, made of checked parts only: nothing that a user typed gets into one."""

import datetime
import re
from collections.abc import Iterable
from typing import get_args

from index.backend import Filters
from ingest.errors import BadInputError
from ingest.passage import PassageKind

from . import schema

#: Places are letters; none holds what could end a string.
_PLACE = re.compile(r"[\w·（）()]{1,60}")
_ID = re.compile(r"[0-9a-f]{1,64}")


def expression(filters: Filters) -> str | None:
    """What a passage must be, as Milvus reads it; "" for any, None where no passage can pass.

    Raises BadInputError for a place, kind or date that is none.
    """
    parts = []
    if filters.regions is not None:
        parts.append(_among(schema.REGION, (_place(region) for region in filters.regions)))
    if filters.kinds is not None:
        parts.append(_among(schema.KIND, (_kind(kind) for kind in filters.kinds)))
    if filters.since is not None:
        parts.append(f'{schema.PUBLISHED} >= "{_date(filters.since)}"')
    return None if None in parts else " and ".join(part for part in parts if part)


def is_id(text: str) -> bool:
    """Whether a text can be the id of a passage or an article."""
    return _ID.fullmatch(text) is not None


def _among(field: str, values: Iterable[str]) -> str | None:
    listed = ", ".join(f'"{value}"' for value in sorted(values))
    return f"{field} in [{listed}]" if listed else None


def _place(region: str) -> str:
    if not _PLACE.fullmatch(region):
        raise BadInputError(f"region {region!r} is not a place")
    return region


def _kind(kind: str) -> str:
    if kind not in get_args(PassageKind):
        raise BadInputError(f"kind is {kind!r}; it is one of {', '.join(get_args(PassageKind))}")
    return kind


def _date(since: str) -> str:
    try:
        return datetime.date.fromisoformat(since).isoformat()
    except ValueError:
        raise BadInputError(f"since is {since!r}; write a date as 2025-01-31") from None
