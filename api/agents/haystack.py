"""A Haystack component (needs the extra `haystack`)."""

from typing import Any

from haystack import Document, component

from search import Searcher

from .metadata import metadata_of


@component
class YibaoRetriever:
    """Passages that answer, best first, and whether anything does: route on `answerable` before a model writes.

    `index` is the folder of an index, opened by the first run. What `run` is given is refused with the errors of
    `Searcher.search`.
    """

    def __init__(self, index: str, top_k: int = 5) -> None:
        self.index, self.top_k = index, top_k
        self._searcher: Searcher | None = None

    def warm_up(self) -> None:
        """Open the index. Raises NotFoundError if there is none."""
        self._searcher = self._searcher or Searcher.open(self.index)

    @component.output_types(documents=list[Document], answerable=bool, confidence=float)
    def run(self, query: str, region: str | None = None, since: str | None = None) -> dict[str, Any]:
        """Search. `region` and `since` are strict: where nothing matches, `documents` is empty."""
        self.warm_up()
        assert self._searcher  # noqa: S101 - warm_up opened it
        found = self._searcher.search(query, k=self.top_k, region=region, since=since)
        documents = [
            Document(id=r.passage.id, content=r.passage.text, score=r.score, meta=metadata_of(r))
            for r in found.results
        ]
        return {"documents": documents, "answerable": found.answerable, "confidence": found.confidence}
