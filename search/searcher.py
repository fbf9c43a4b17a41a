"""The facade: open an index, ask questions."""

import datetime
import logging
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from index.backend import Backend, Evidence, Facts, Filters
from index.embedder import Embedder, load_embedder
from index.opening import IndexLocation, open_index
from index.tokens import TokenEmbedder
from ingest.errors import BadInputError, IndexUnusableError, UnavailableError, YibaoError
from ingest.facts import region as gazetteer
from ingest.passage import Passage, PassageKind

from .candidates import Candidates, find_candidates
from .collapse import collapse, diversify
from .confidence import LONG, Signals, confidence_model
from .conflicts import GOOD, conflicts
from .effects.amount_effect import lacks_amount
from .effects.date_effect import EXPIRED, has_expired, is_of_another_year
from .effects.region_effect import OTHER, OTHER_REGION, region_effect
from .effects.text_effects import PassagesOf, ReadOnce, text_effects
from .highlight import Reading, read
from .late_interaction import LateInteraction, Met
from .ranking import Ranking, effects_of, rank
from .reranker import Reranker, load_reranker, rerank_effects
from .response import Answer, Leg, Result, SearchResponse, Why
from .understanding.question import Question, understand
from .understanding.spelling import Corrector

if TYPE_CHECKING:
    from .notebook.plots import Plot

log = logging.getLogger(__name__)

Mode = Literal["hybrid", "dense", "keyword"]
MAX_RESULTS = 100
#: Of what the legs put forward, so many are compared token by token; 50 gave the same nDCG@10 on every set.
_COMPARED = 30
#: So many more than wanted are looked at, since some may have to stand back for passages of other articles.
_SPARE = 3

TokenIds = NDArray[np.integer[Any]]


class _Ran(NamedTuple):
    """What the legs found, and the mode as it was really run; the question's vector where the dense leg ran, and its
    token ids where the model has them."""

    found: Candidates
    mode: Mode
    vector: NDArray[np.float32] | None = None
    tokens: TokenIds | None = None
    warnings: tuple[str, ...] = ()


class Searcher:
    """Answers questions from one opened index. Safe to use from several threads."""

    def __init__(
        self,
        backend: Backend,
        embedder: Embedder | None,
        warning: str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.backend = backend
        self.embedder = embedder
        self.reranker = reranker
        self._warning = warning
        self._corrector = Corrector(backend.document_frequencies)
        # Loads the dictionaries now, and not while the first question waits.
        understand("医保", self._corrector)
        self._token_embedder = embedder if isinstance(embedder, TokenEmbedder) else None
        vectors = getattr(embedder, "token_vectors", None)
        unknown = getattr(embedder, "unknown_token", None)
        self._late = (
            LateInteraction(vectors, unknown) if vectors is not None and backend.has_token_ids else None
        )

    @classmethod
    def open(
        cls, index: str | IndexLocation, model: str | None = None, reranker: str | None = None
    ) -> "Searcher":
        """Open the live build of an index, with the model it was made with or the one named.

        index     a folder, or an `index.milvus.location.MilvusLocation`
        reranker  a cross-encoder that reads the best passages once more, by folder or hub name; None for none

        Raises NotFoundError if there is no index, IndexUnusableError if it cannot be read or was made with another
        model, BadInputError for a reranker that cannot be loaded. A model that cannot be loaded leaves the keyword
        leg: every response then says so.
        """
        second = load_reranker(reranker) if reranker else None
        backend = open_index(Path(index) if isinstance(index, str) else index)
        try:
            embedder, warning = _embedder_for(backend, model)
        except IndexUnusableError:
            backend.close()
            raise
        if warning:
            log.warning("%s", warning)
        return cls(backend, embedder, warning, second)

    @property
    def build_id(self) -> str:
        return self.backend.manifest.build_id

    def close(self) -> None:
        self.backend.close()

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        region: str | None = None,
        since: str | None = None,
        kind: str | None = None,
        offset: int = 0,
    ) -> SearchResponse:
        """The `k` best passages from place `offset` on.

        region  only passages of that place or places inside it: strict, nothing found is an empty list
        since   only passages published on that ISO date or later
        kind    only passages of that kind: body, table or teaser

        Raises BadInputError for a value that cannot be used.
        """
        started = time.perf_counter()
        _check(k, offset, mode)
        filters = make_filters(region, since, kind)
        understood = understand(question, self._corrector)
        ran = self._run_legs(understood, mode, filters, offset + k)
        results, signals = self._rank(understood, ran, offset + k)
        model = confidence_model(signals)
        # Marks alone ask for nothing, however well passages hold them.
        confidence = model.confidence(signals) if results and understood.own else 0.0
        answerable = bool(results) and confidence >= model.threshold
        return SearchResponse(
            query=question,
            mode=ran.mode,
            answerable=answerable,
            confidence=confidence,
            results=tuple(results[offset:]),
            took_ms=(time.perf_counter() - started) * 1000,
            answer=_answer(results) if answerable else None,
            corrected=understood.text if understood.correction.changes else None,
            regions=_regions(results) if answerable and not (understood.regions or region) else (),
            differs=tuple(each.to_dict() for each in conflicts(understood, results)) if answerable else (),
            warnings=ran.warnings,
            build=self.build_id,
        )

    def explain(self, question: str, *, most: int = 10, **asked: Any) -> "Plot":
        """Where the scores of the first `most` results come from, as stacked bars for a notebook.

        `asked` is what `search` takes besides. Raises BadInputError where nothing is found, YibaoError without the
        extra `notebook`.
        """
        from .notebook.plots import contributions  # noqa: PLC0415 - needs an extra that only analysts install

        return contributions(self.search(question, k=most, **asked), most)

    def signals(self, question: str, region: str | None = None, mode: Mode = "hybrid") -> Signals:
        """What the confidence of the answer to a question is computed from."""
        understood = understand(question, self._corrector)
        ran = self._run_legs(understood, mode, make_filters(region, None, None), 1)
        return self._rank(understood, ran, 1)[1]

    def _run_legs(self, question: Question, mode: Mode, filters: Filters, wanted: int) -> _Ran:
        """Run the legs asked for; where the dense one cannot run, the keyword leg answers alone and says so."""
        find = partial(
            find_candidates, self.backend, question, filters=filters, depth=min(wanted, MAX_RESULTS)
        )
        if mode == "keyword":
            return _Ran(find(None), "keyword")
        warning = self._warning
        if self.embedder is not None:
            try:
                tokens = self._tokens(question.text)
                vector = self._vector(self.embedder, question.text, tokens)
                return _Ran(find(vector, keyword=mode == "hybrid"), mode, vector, tokens)
            except UnavailableError:
                raise  # an index on another machine that does not answer would not answer the keyword leg either
            except (YibaoError, RuntimeError, ValueError, OSError, MemoryError) as error:
                log.exception("the dense leg failed; answering by keyword")
                warning = f"dense search failed ({type(error).__name__}); answered by keyword"
        log.warning("answering by keyword: %s", warning)
        # A model that could not embed is not asked for tokens either.
        return _Ran(find(None), "keyword", warnings=(warning or "",))

    def _tokens(self, text: str) -> TokenIds | None:
        if self._late is None or self._token_embedder is None:
            return None
        return self._token_embedder.token_ids([text])[0]

    def _vector(self, embedder: Embedder, text: str, tokens: TokenIds | None) -> NDArray[np.float32]:
        """The question's vector, made of its tokens where they are known already."""
        if tokens is not None and self._token_embedder is not None:
            vectors = self._token_embedder.embed_token_ids([tokens])
        else:
            vectors = embedder.embed_queries([text])
        vector: NDArray[np.float32] = vectors[0]
        return vector

    def _rank(self, question: Question, ran: _Ran, wanted: int) -> tuple[list[Result], Signals]:
        found = ran.found
        if not len(found.rows):
            return [], Signals()
        effects = effects_of(question, found.evidence.facts)
        if ran.mode == "hybrid" and self._late is not None:
            # Only these are worth comparing token by token.
            hopeful = rank(question, found, None, effects).best(max(_COMPARED, 2 * wanted))
            found = found.only(hopeful)
            effects = {name: added[hopeful] for name, added in effects.items()}
        met = self._meet(ran.tokens, found.evidence)
        ranking = rank(question, found, met, effects)
        passages_of = ReadOnce(self.backend)
        ranking = ranking.plus(text_effects(question, ranking, passages_of))
        if self.reranker is not None:
            ranking = ranking.plus({"reranker": self._reranked(self.reranker, question, ranking)})
        order = ranking.order
        ranked, groups = _distinct(passages_of, found.rows[order], wanted + _SPARE)
        places = diversify(ranked, groups)[:wanted]
        today, ranks = datetime.date.today(), _Ranks(found)
        results = []
        for place, reading in zip(places, read(question, [ranked[p] for p in places]), strict=True):
            at = int(order[place])
            why = _why(ranking, ranks, at, reading)
            copies = [ranked[copy] for copy in groups[place]]
            results.append(_result(ranked[place], float(ranking.total[at]), why, reading, copies, today))
        best = int(order[0])
        signals = Signals(
            coverage=_highest(ran.found.coverage),
            late=None if met is None else float(met.scores[best]),
            least=0.0 if met is None else met.least(best),
            elsewhere=_elsewhere(question, found.evidence.facts[best]),
            answer=self._closeness(ran, results[0]),
            year=float(is_of_another_year(results[0].passage, question.year)),
            amount=float(lacks_amount(question, results[0].passage)),
            length=min(len(question.own), LONG) / LONG,
        )
        return results, signals

    def _meet(self, asked: TokenIds | None, evidence: Evidence) -> Met | None:
        if self._late is None or asked is None or evidence.tokens is None or evidence.offsets is None:
            return None
        return self._late.meet(asked, evidence.tokens, evidence.offsets)

    def _closeness(self, ran: _Ran, result: Result) -> float:
        """Cosine of the question and the sentence that answers it, where both are made of token vectors."""
        if ran.vector is None or ran.tokens is None or self._token_embedder is None or not result.highlights:
            return 0.0
        sentence = result.passage.text[slice(*result.highlights[0])]
        [vector] = self._token_embedder.embed_token_ids(self._token_embedder.token_ids([sentence]))
        return float(ran.vector @ vector)

    def _reranked(self, reranker: Reranker, question: Question, ranking: Ranking) -> NDArray[np.float32]:
        rows = ranking.found.rows
        return rerank_effects(
            reranker,
            question.text,
            ranking.total,
            lambda best: [p.searchable for p in self.backend.passages(rows[best].tolist())],
        )


def _distinct(
    passages_of: PassagesOf, rows: NDArray[np.int64], wanted: int
) -> tuple[list[Passage], dict[int, list[int]]]:
    """The best passages, as many as it takes to find `wanted` that differ, and the copies of each of those."""
    depth = wanted + _SPARE
    while True:
        ranked = passages_of(rows[:depth].tolist())
        groups = collapse(ranked, wanted)
        if len(groups) == wanted or depth >= len(rows):
            return ranked, groups
        depth *= 4


def _highest(values: NDArray[np.float32] | None) -> float | None:
    return None if values is None else float(values.max())


def _result(
    passage: Passage, score: float, why: Why, reading: Reading, copies: list[Passage], today: datetime.date
) -> Result:
    labels = []
    if has_expired(passage, today):
        labels.append(EXPIRED)
    if why.effects["region"] <= OTHER:
        labels.append(OTHER_REGION)
    also_in = tuple({"id": c.id, "title": c.title, "file": c.file, "source": c.source} for c in copies)
    return Result(passage, score, reading.answers, why, tuple(labels), also_in)


class _Ranks:
    """Rank of each row in each leg, from 1."""

    def __init__(self, found: Candidates) -> None:
        self.dense = _rank_of(found.dense_hits.rows) if found.dense_hits else {}
        self.keyword = _rank_of(found.keyword_hits.rows) if found.keyword_hits else {}


def _rank_of(rows: NDArray[np.int64]) -> dict[int, int]:
    return {row: rank for rank, row in enumerate(rows.tolist(), 1)}


def _why(ranking: Ranking, ranks: _Ranks, i: int, reading: Reading) -> Why:
    found, fused = ranking.found, ranking.fused
    row = int(found.rows[i])
    cosine = float(found.evidence.cosine[i]) if found.evidence.cosine is not None else 0.0
    coverage = float(found.coverage[i]) if found.coverage is not None else 0.0
    return Why(
        dense=Leg(ranks.dense.get(row), cosine, float(fused.dense[i])),
        keyword=Leg(ranks.keyword.get(row), coverage, float(fused.keyword[i])),
        late=float(fused.late[i]),
        matched=reading.matched,
        effects={name: float(added[i]) for name, added in ranking.effects.items()},
    )


def _elsewhere(question: Question, best: Facts) -> float:
    if not question.regions:
        return 0.0
    if best.region is None:
        return 0.5
    return float(region_effect(question.regions, best.region) <= OTHER)


def _answer(results: list[Result]) -> Answer | None:
    best = results[0]
    if not best.highlights:
        return None
    start, end = best.highlights[0]
    return Answer(best.passage.text[start:end], best.passage.id, start, end)


def _regions(results: list[Result]) -> tuple[str, ...]:
    """Places whose rules answer differently: weak results lower down are no rules of the thing asked about."""
    answering = [r.passage.region for r in results if r.score >= GOOD * results[0].score]
    found = tuple(dict.fromkeys(region for region in answering if region))
    return found if len(found) > 1 else ()


def _check(k: int, offset: int, mode: str) -> None:
    if not 1 <= k <= MAX_RESULTS:
        raise BadInputError(f"k is {k}; ask for 1 to {MAX_RESULTS} results")
    if offset < 0:
        raise BadInputError(f"offset is {offset}; it counts results to skip, from 0")
    if mode not in get_args(Mode):
        raise BadInputError(f"mode is {mode!r}; it is one of {', '.join(get_args(Mode))}")


def make_filters(region: str | None, since: str | None, kind: str | None) -> Filters:
    """Filters from what a user wrote. Raises BadInputError for an unknown place, date or kind."""
    regions = None
    if region:
        place = gazetteer.resolve(region)
        if place is None:
            raise BadInputError(f"region {region!r} is not a known province, city or district of China")
        regions = gazetteer.within(place)
    if since:
        try:
            since = datetime.date.fromisoformat(since).isoformat()
        except ValueError:
            raise BadInputError(f"since is {since!r}; write a date as 2025-01-31") from None
    if kind and kind not in get_args(PassageKind):
        raise BadInputError(f"kind is {kind!r}; it is one of {', '.join(get_args(PassageKind))}")
    kinds: frozenset[PassageKind] | None = frozenset((kind,)) if kind else None  # type: ignore[arg-type]
    return Filters(regions, kinds, since or None)


def _embedder_for(backend: Backend, model: str | None) -> tuple[Embedder | None, str | None]:
    """The model an index was made with; or None and why only the keyword leg can answer.

    Raises IndexUnusableError for another model: its vectors mean nothing here, and a service keeps the build that it
    has rather than take up one that it could only search by words.
    """
    made_with = backend.manifest.model
    if made_with is None:
        return None, "the index holds no vectors; run `yibao rebuild-index` with a model to add them"
    try:
        embedder = load_embedder(model or made_with.name)
    except YibaoError as error:
        return None, f"no embedding model: {error}"
    if embedder.fingerprint != made_with.fingerprint:
        named, own = (
            repr(name) if name else "the bundled one" for name in (model or made_with.name, made_with.name)
        )
        raise IndexUnusableError(
            f"the index was made with another embedding model than {named}; run `yibao rebuild-index --full` to embed "
            "it anew" + (f", or name the model it was made with, {own}" if model else "")
        )
    return embedder, None
