"""One question of a batch, in the form that the command line and the service share."""

from typing import Any

from ingest.errors import BadInputError, YibaoError
from search import Searcher

from .error_codes import code_of

#: What "filters" of a question may hold.
FILTERS = frozenset({"region", "since", "kind"})


def answer_item(
    searcher: Searcher,
    item: dict[str, Any],
    *,
    k: int,
    mode: str,
    filters: dict[str, str | None] | None = None,
) -> dict[str, Any]:
    """The response document of `{"id", "question", "filters"?}`, with its "id".

    A question that cannot be answered becomes `{"id", "error": {"code", "message"}}`; the rest of the batch
    goes on. Other fields of the item are left alone: labelled questions can be asked as they are. `filters`
    hold for every question that does not name its own.
    """
    try:
        question, own = _read(item)
        response = searcher.search(question, k=k, mode=mode, **{**(filters or {}), **own})  # type: ignore[arg-type]
    except YibaoError as error:
        return {"id": item.get("id"), "error": {"code": code_of(error), "message": error.told}}
    return {"id": item.get("id"), **response.to_dict()}


def _read(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    question, filters = item.get("question"), item.get("filters") or {}
    if not isinstance(question, str):
        raise BadInputError(f'"question" is {question!r}; it is the text of a question')
    if not isinstance(filters, dict) or not filters.keys() <= FILTERS:
        raise BadInputError(f'"filters" is {filters!r}; it is an object of {", ".join(sorted(FILTERS))}')
    for name, value in filters.items():
        if not isinstance(value, str | None):
            raise BadInputError(f'filter "{name}" is {value!r}; it is text or null')
    return question, filters
