"""The two collections of a build: their fields, indexes and limits."""

from typing import TYPE_CHECKING

from .connection import Connection

if TYPE_CHECKING:
    from pymilvus import CollectionSchema, MilvusClient
    from pymilvus.milvus_client.index import IndexParams

#: Fields of the passages.
ROW, VECTOR, TERMS, ID, ARTICLE, ORDINAL = "row", "vector", "terms", "id", "article_id", "ordinal"
KIND, REGION, PUBLISHED, PASSAGE, TOKENS = "kind", "region", "published", "passage", "tokens"
#: Fields of the documents; a collection must have a vector, so that these carry one of no meaning.
KEY, PARTS, CONTENT, UNUSED = "key", "parts", "content", "unused"
UNUSED_VECTOR = [0.0, 1.0]

#: Milvus' own limit of a text, and of the results of one search (`quotaAndLimits.limits.topK`). Texts are measured
#: in bytes of UTF-8 by the server, in characters by milvus-lite.
MOST_BYTES = 65_535
MOST_RESULTS = 16_384
_LENGTHS = {
    ID: 64,
    ARTICLE: 64,
    KIND: 16,
    REGION: 256,
    PUBLISHED: 64,
    PASSAGE: MOST_BYTES,
    TOKENS: MOST_BYTES,
}
_KEY_LENGTH = 128


def passages_of(build: str) -> str:
    """Name of the collection of a build's passages: the build's own."""
    return build


def documents_of(build: str) -> str:
    """Name of the collection of everything else of a build."""
    return f"{build}_documents"


def create(connection: Connection, build: str, dimension: int | None) -> None:
    """Create the collections of a build, for vectors of that dimension, or for words only.

    The passages first: `generations.py` knows a build by them.
    """

    def both(client: "MilvusClient") -> None:
        for name, (fields, indexes) in (
            (passages_of(build), passage_schema(client, dimension)),
            (documents_of(build), document_schema(client)),
        ):
            client.create_collection(
                name, schema=fields, consistency_level="Bounded", timeout=connection.timeout
            )
            # Waiting for the indexes of an empty collection takes half a second each, and tells nothing.
            client.create_index(name, indexes, timeout=connection.timeout, sync=False)
            client.load_collection(name, timeout=connection.timeout)

    connection.ask(both)


def passage_schema(
    client: "MilvusClient", dimension: int | None, *, keyword: bool = True
) -> "tuple[CollectionSchema, IndexParams]":
    """Fields and indexes of the passages; without the vectors, or without the words, where there are none.

    The metric is the inner product: of vectors of length 1 it is the cosine, and it knows vectors of length 0.
    The BM25 weights of a passage's terms are worked out by us and stored as a sparse vector, whose inner product with
    the weights of a question's terms is our keyword score. Milvus' own BM25 function takes a text for a question, in
    which a synonym cannot weigh less than a word that was asked.
    """
    from pymilvus import DataType  # noqa: PLC0415 - slow to load

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    indexes = client.prepare_index_params()
    schema.add_field(ROW, DataType.INT64, is_primary=True)
    if dimension is not None:
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
        indexes.add_index(VECTOR, index_type="AUTOINDEX", metric_type="IP")
    if keyword:
        schema.add_field(TERMS, DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index(TERMS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    schema.add_field(ORDINAL, DataType.INT64)
    for field, length in _LENGTHS.items():
        schema.add_field(field, DataType.VARCHAR, max_length=length)
    for field in (ID, ARTICLE):
        indexes.add_index(field, index_type="INVERTED")
    return schema, indexes


def document_schema(client: "MilvusClient") -> "tuple[CollectionSchema, IndexParams]":
    """Fields and indexes of the documents."""
    from pymilvus import DataType  # noqa: PLC0415 - slow to load

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.VARCHAR, max_length=_KEY_LENGTH, is_primary=True)
    schema.add_field(PARTS, DataType.INT64)
    schema.add_field(CONTENT, DataType.VARCHAR, max_length=MOST_BYTES)
    schema.add_field(UNUSED, DataType.FLOAT_VECTOR, dim=len(UNUSED_VECTOR))
    indexes = client.prepare_index_params()
    indexes.add_index(UNUSED, index_type="FLAT", metric_type="L2")
    return schema, indexes


def fits(field: str, text: str) -> bool:
    """Whether a text is short enough for a field of the passages, in bytes."""
    return len(text.encode("utf-8", "surrogatepass")) <= _LENGTHS[field]
