"""The Milvus backend: a build's collections asked over the network, in few round trips."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import words
from index.backend import Evidence, Facts, Filters, Hits, Terms
from index.codec import article_from_json
from index.manifest import FORMAT_VERSION, Manifest, ModelStamp
from index.vocabulary import Vocabulary
from ingest.article import Article
from ingest.errors import BadInputError, IndexUnusableError, UnavailableError
from ingest.passage import Passage

from . import filters as asked_for
from . import generations, schema, vocabulary
from .connection import Connection, NotLoadedError
from .documents import Documents
from .location import MilvusLocation
from .records import passage_of, tokens_of
from .writer import MANIFEST, load

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: Rows fetched in one request.
_BATCH = 1_000
#: Rows kept, a few kilobytes each: a build never changes, and good passages answer many questions.
_KEPT = 10_000
#: So many more rows are asked for: of equal ones at the end of a list, Milvus returns any, we the lower row.
_EQUALS = 32
#: Nodes of the graph looked at for each row that is asked for, and at least. Of the hundred best of 13,245 passages
#: milvus-lite found 98.1 % with 132, 99.5 % with 264 and 99.95 % with 500, in the same time.
_EXPLORED, _EXPLORED_LEAST = 2, 500


T = TypeVar("T")


class _Stored(NamedTuple):
    """What is kept of a row."""

    passage: Passage
    vector: NDArray[np.float32]
    tokens: NDArray[np.uint32]


class MilvusBackend:
    """Implements `index.backend.Backend` over the collections of one build."""

    def __init__(
        self, connection: Connection, build: str, manifest: Manifest, documents: Documents, terms: Vocabulary
    ) -> None:
        self._connection, self._build, self.manifest = connection, build, manifest
        self._documents, self._vocabulary = documents, terms
        self._kept: OrderedDict[int, _Stored] = OrderedDict()
        self._keeping = threading.Lock()
        self._fields = [schema.ROW, schema.PASSAGE, schema.TOKENS]
        if manifest.model is not None:
            self._fields.append(schema.VECTOR)

    @classmethod
    def open(cls, location: MilvusLocation) -> "MilvusBackend":
        """Open the live build.

        Raises NotFoundError if there is none, IndexUnusableError where Milvus does not answer or holds something
        else than this program reads, BadInputError where pymilvus is not installed.
        """
        connection = Connection.open(location)
        try:
            connection.check_version()
            while True:
                build = generations.live(connection)
                try:
                    return cls._open_build(connection, build)
                except UnavailableError:
                    raise
                except IndexUnusableError:
                    # A rebuild may have dropped it while it was being opened: then there is a newer one.
                    if generations.live(connection) == build:
                        raise
        except BaseException:
            connection.close()
            raise

    @classmethod
    def _open_build(cls, connection: Connection, build: str) -> "MilvusBackend":
        load(connection, build)
        documents = Documents(connection, build)
        manifest = read_manifest(documents, build)
        _check(connection, build, manifest)
        try:
            terms = vocabulary.read(documents)
        except (KeyError, ValueError) as error:
            raise _unusable(build, f"has no usable vocabulary ({error})") from None
        return cls(connection, build, manifest, documents, terms)

    def check(self) -> None:
        self._query(_among([0]), [schema.ROW])

    def dense_search(self, vector: NDArray[np.float32], k: int, filters: Filters) -> Hits:
        model = self.manifest.model
        if model is None:
            raise IndexUnusableError("the index holds no vectors; run `yibao rebuild-index` with a model")
        if vector.shape != (model.dimension,):
            raise IndexUnusableError(
                f"the question's vector has {vector.size} dimensions and those of {self._build} {model.dimension}; "
                "search with the model that the index was made with, or run `yibao rebuild-index --full`"
            )
        if not np.isfinite(vector).all():
            raise BadInputError("the question's vector holds a value that is not a finite number")
        return self._search(schema.VECTOR, vector.tolist(), k, asked_for.expression(filters))

    def keyword_search(self, terms: Terms, k: int, filters: Filters) -> Hits:
        return self._search(schema.TERMS, self._numbered(terms), k, asked_for.expression(filters))

    def evidence(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32] | None, terms: Terms | None
    ) -> Evidence:
        stored = self._stored(rows.tolist())
        cosine = None
        if vector is not None:
            vectors = [each.vector for each in stored]
            cosine = (np.stack(vectors) if vectors else np.empty((0, len(vector)), np.float32)) @ vector
        tokens = offsets = None
        if self.has_token_ids:
            offsets = np.zeros(len(rows) + 1, np.int64)
            np.cumsum([len(each.tokens) for each in stored], out=offsets[1:])
            tokens = np.concatenate([each.tokens for each in stored]) if stored else np.empty(0, np.uint32)
        return Evidence(
            cosine,
            None if terms is None else self._keyword_scores(terms, rows),
            tokens,
            offsets,
            [_facts(each.passage) for each in stored],
        )

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        return self._vocabulary.inverse_document_frequencies(terms)

    @property
    def document_frequencies(self) -> Mapping[str, int]:
        return self._vocabulary

    @property
    def has_token_ids(self) -> bool:
        return "tokens.npy" in self.manifest.checksums

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        with self._keeping:
            found = {row: self._kept[row].passage for row in rows if row in self._kept}
        missing = [row for row in rows if row not in found]
        for entity in self._rows(missing, [schema.ROW, schema.PASSAGE]):
            found[entity[schema.ROW]] = passage_of(entity)
        self._refuse_missing(rows, found)
        return [found[row] for row in rows]

    def passage_row(self, passage_id: str) -> int | None:
        if not asked_for.is_id(passage_id):
            return None
        found = self._query(f'{schema.ID} == "{passage_id}"', [schema.ROW])
        return int(found[0][schema.ROW]) if found else None

    def article(self, article_id: str) -> Article | None:
        if not asked_for.is_id(article_id):
            return None
        content = self._documents.get(f"article/{article_id}").get(f"article/{article_id}")
        return None if content is None else article_from_json(content.decode("utf-8", "surrogatepass"))

    def article_rows(self, article_id: str) -> list[int]:
        if not asked_for.is_id(article_id):
            return []
        found = self._query(f'{schema.ARTICLE} == "{article_id}"', [schema.ROW, schema.ORDINAL])
        found.sort(key=lambda entity: (entity[schema.ORDINAL], entity[schema.ROW]))
        return [int(entity[schema.ROW]) for entity in found]

    def close(self) -> None:
        self._connection.close()

    def _numbered(self, terms: Terms) -> dict[int, float]:
        """The question's terms as a sparse vector: those that occur nowhere are left out."""
        weights: dict[int, float] = {}
        for term, weight in terms:
            number = self._vocabulary.number(term)
            if number is not None and weight:
                weights[number] = weights.get(number, 0.0) + weight
        return weights

    def _keyword_scores(self, terms: Terms, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of given rows: those that a search among them does not find hold none of the terms."""
        scores = np.zeros(len(rows), np.float32)
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            hits = self._search(schema.TERMS, self._numbered(terms), len(batch), _among(batch.tolist()))
            order = np.argsort(batch)
            scores[start + order[np.searchsorted(batch, hits.rows, sorter=order)]] = hits.scores
        return scores

    def _search(self, field: str, asked: Any, k: int, expression: str | None) -> Hits:
        if not 1 <= k <= schema.MOST_RESULTS:
            raise BadInputError(f"{k} rows were asked for; Milvus returns 1 to {schema.MOST_RESULTS}")
        if expression is None or not asked:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        limit = min(k + _EQUALS, schema.MOST_RESULTS)
        [found] = self._ask(
            lambda client: client.search(
                schema.passages_of(self._build),
                data=[asked],
                anns_field=field,
                filter=expression,
                limit=limit,
                output_fields=[schema.ROW],
                search_params=_parameters(field, limit),
                timeout=self._connection.timeout,
            )
        )
        rows = np.asarray([hit[schema.ROW] for hit in found], np.int64)
        scores = np.asarray([hit["distance"] for hit in found], np.float32)
        best = np.lexsort((rows, -scores))
        best = best[scores[best] > 0][:k]
        return Hits(rows[best], scores[best])

    def _stored(self, rows: Sequence[int]) -> list[_Stored]:
        with self._keeping:
            found = {row: self._kept[row] for row in rows if row in self._kept}
        fresh = {
            int(entity[schema.ROW]): _Stored(
                passage_of(entity), np.asarray(entity.get(schema.VECTOR, ()), np.float32), tokens_of(entity)
            )
            for entity in self._rows([row for row in rows if row not in found], self._fields)
        }
        with self._keeping:
            for row in rows:
                if row in fresh:
                    self._kept[row] = fresh[row]
                elif row in self._kept:
                    self._kept.move_to_end(row)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        found |= fresh
        self._refuse_missing(rows, found)
        return [found[row] for row in rows]

    def _refuse_missing(self, rows: Sequence[int], found: Mapping[int, Any]) -> None:
        missing = [row for row in rows if row not in found]
        if missing:
            raise _unusable(self._build, f"has lost {len(missing)} passages, such as row {missing[0]}")

    def _rows(self, rows: Sequence[int], fields: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for start in range(0, len(rows), _BATCH):
            found += self._query(_among(rows[start : start + _BATCH]), fields)
        return found

    def _ask(self, request: Callable[["MilvusClient"], T]) -> T:
        try:
            return self._connection.ask(request)
        except NotLoadedError:
            load(self._connection, self._build)
            return self._connection.ask(request)

    def _query(self, expression: str, fields: list[str]) -> list[dict[str, Any]]:
        return list(
            self._ask(
                lambda client: client.query(
                    schema.passages_of(self._build),
                    filter=expression,
                    output_fields=fields,
                    timeout=self._connection.timeout,
                )
            )
        )


def read_manifest(documents: Documents, build: str) -> Manifest:
    """The manifest of a build. Raises IndexUnusableError where there is none, or one of another format."""
    found = documents.get(MANIFEST).get(MANIFEST)
    if found is None:
        raise _unusable(build, "was never finished")
    content = json.loads(found)
    if content.get("format_version") != FORMAT_VERSION:
        raise _unusable(
            build, f"has index format {content.get('format_version')}, this program reads {FORMAT_VERSION}"
        )
    model = content.pop("model")
    return Manifest(model=ModelStamp(**model) if model else None, **content)


def _check(connection: Connection, build: str, manifest: Manifest) -> None:
    """Raises IndexUnusableError for a build that this program would misread."""
    if manifest.words != words.fingerprint():
        raise _unusable(
            build, f"was made with another dictionary of words ({manifest.words}, now {words.fingerprint()})"
        )
    described = connection.ask(
        lambda client: client.describe_collection(schema.passages_of(build), timeout=connection.timeout)
    )
    fields = {field["name"]: field for field in described["fields"]}
    wanted = None if manifest.model is None else manifest.model.dimension
    held = int(fields[schema.VECTOR]["params"]["dim"]) if schema.VECTOR in fields else None
    if held != wanted:
        raise _unusable(build, f"has vectors of {held} dimensions where its manifest says {wanted}")


def _parameters(field: str, limit: int) -> dict[str, Any]:
    """How a field is searched. By vector, through the graph that AUTOINDEX builds, as far as it takes to miss few."""
    explored = {"ef": max(_EXPLORED * limit, _EXPLORED_LEAST)} if field == schema.VECTOR else {}
    return {"metric_type": "IP", "params": explored}


def _unusable(build: str, why: str) -> IndexUnusableError:
    return IndexUnusableError(
        f"the build {build} in Milvus {why}; run `yibao rebuild-index --full --backend milvus`"
    )


def _among(rows: Sequence[int]) -> str:
    return f"{schema.ROW} in [{', '.join(map(str, rows))}]"


def _facts(passage: Passage) -> Facts:
    return Facts(*(getattr(passage, name) for name in Facts._fields))
