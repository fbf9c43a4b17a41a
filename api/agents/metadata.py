"""What travels with a passage into a pipeline."""

from typing import Any

from search import Result


def metadata_of(result: Result) -> dict[str, Any]:
    """The fields of a result, besides its text and where its score came from."""
    return {name: value for name, value in result.to_dict().items() if name not in ("text", "why")}
