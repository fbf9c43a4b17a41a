"""A LangChain retriever (needs the extra `langchain`)."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from search import Searcher

from .metadata import metadata_of


class YibaoRetriever(BaseRetriever):
    """Passages that answer, best first; none where nothing answers, so that a chain cannot write from the nearest.

    k, region, since, kind  as `Searcher.search` takes them, and refused with the same errors
    nearest                 return the nearest passages also where nothing answers
    """

    searcher: Searcher
    k: int = 5
    region: str | None = None
    since: str | None = None
    kind: str | None = None
    nearest: bool = False

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing happens in between that it would want to hear of
        found = self.searcher.search(query, k=self.k, region=self.region, since=self.since, kind=self.kind)
        results = found.results if found.answerable or self.nearest else ()
        return [Document(r.passage.text, id=r.passage.id, metadata=metadata_of(r)) for r in results]
