"""A passage as Milvus holds it, and back."""

import base64
import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.codec import passage_from_row, passage_to_row
from ingest.errors import BadInputError
from ingest.passage import Passage

from . import schema


class Record(NamedTuple):
    """A row of the index.

    vector  float32 `[dimension]`; None where the index holds no vectors
    terms   (numbers of its terms, their BM25)
    tokens  distinct token ids, uint32; None where the index holds none
    """

    row: int
    passage: Passage
    vector: NDArray[np.float32] | None
    terms: tuple[NDArray[np.int64], NDArray[np.float32]]
    tokens: NDArray[np.uint32] | None


def to_entity(record: Record) -> dict[str, Any]:
    """Fields of `schema.passage_schema`.

    Raises BadInputError naming the passage that Milvus would not take: a vector of other than finite numbers, or a
    text longer than its field.
    """
    passage = record.passage
    texts = {
        schema.ID: passage.id,
        schema.ARTICLE: passage.article_id,
        schema.KIND: passage.kind,
        schema.REGION: passage.region or "",
        schema.PUBLISHED: passage.published or "",
        schema.PASSAGE: json.dumps(passage_to_row(passage), ensure_ascii=False, separators=(",", ":")),
        schema.TOKENS: "" if record.tokens is None else _packed(record.tokens),
    }
    for field, text in texts.items():
        if not schema.fits(field, text):
            raise BadInputError(
                f"the {field} of a passage of {passage.file!r} (title {passage.title[:40]!r}) is too long for "
                "Milvus; shorten its title or headings in the source"
            )
    numbers, weights = record.terms
    if not np.isfinite(weights).all():
        raise BadInputError(f"a weight of a term in {passage.file!r} is not a finite number")
    entity = {
        schema.ROW: record.row,
        schema.TERMS: dict(zip(numbers.tolist(), weights.tolist(), strict=True)),
        schema.ORDINAL: passage.ordinal,
        **texts,
    }
    if record.vector is not None:
        if not np.isfinite(record.vector).all():
            raise BadInputError(
                f"the vector of a passage of {passage.file!r} holds a value that is not a finite number"
            )
        entity[schema.VECTOR] = record.vector
    return entity


def passage_of(entity: dict[str, Any]) -> Passage:
    return passage_from_row(json.loads(entity[schema.PASSAGE]))


def tokens_of(entity: dict[str, Any]) -> NDArray[np.uint32]:
    return np.frombuffer(base64.b64decode(entity[schema.TOKENS]), "<u4")


def _packed(tokens: NDArray[np.uint32]) -> str:
    return base64.b64encode(tokens.astype("<u4").tobytes()).decode("ascii")
