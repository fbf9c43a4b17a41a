"""The LangChain retriever, in a chain of LangChain's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_corpus import QUESTION

from ingest.errors import BadInputError
from search import Searcher

pytest.importorskip("langchain_core", reason="the extra `langchain` is not installed; make setup installs it")

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from api.agents.langchain import YibaoRetriever


@pytest.fixture(scope="module")
def searcher(index_dir: Path) -> Iterator[Searcher]:
    opened = Searcher.open(index_dir)
    yield opened
    opened.close()


def test_retriever_runs_in_a_chain(searcher: Searcher) -> None:
    def titles(documents: list[Document]) -> list[str]:
        return [document.metadata["title"] for document in documents]

    chain = YibaoRetriever(searcher=searcher, k=2) | RunnableLambda(titles)
    assert chain.invoke(QUESTION)[0] == "停保之后，医保账户里的钱怎么办"


def test_documents_are_the_results_of_the_search(searcher: Searcher) -> None:
    documents = YibaoRetriever(searcher=searcher, k=3).invoke(QUESTION)
    results = searcher.search(QUESTION, k=3).results
    assert [d.id for d in documents] == [r.passage.id for r in results]
    assert [d.page_content for d in documents] == [r.passage.text for r in results]
    first = documents[0].metadata
    assert first["published"] == "2025-03-02"
    assert first["source"] == "示例社保课堂"
    assert 0 < first["score"] <= 1


def test_filters_are_strict(searcher: Searcher) -> None:
    asked = YibaoRetriever(searcher=searcher, region="绵阳", nearest=True)
    assert {d.metadata["region"] for d in asked.invoke("灵活就业每月缴多少")} == {"绵阳"}
    with pytest.raises(BadInputError, match="Atlantis"):
        YibaoRetriever(searcher=searcher, region="Atlantis").invoke(QUESTION)


def test_nothing_is_returned_where_nothing_answers(searcher: Searcher) -> None:
    off_topic = "火星上怎么买房贷款"
    assert YibaoRetriever(searcher=searcher).invoke(off_topic) == []
    assert YibaoRetriever(searcher=searcher, nearest=True, k=2).invoke(off_topic)
