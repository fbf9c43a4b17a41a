"""The Haystack component, in a pipeline of Haystack's own."""

import os
from pathlib import Path

import pytest
from api_corpus import QUESTION

from ingest.errors import BadInputError, NotFoundError

# Haystack would report the pipeline to its makers.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
pytest.importorskip("haystack", reason="the extra `haystack` is not installed; make setup installs it")

from haystack import Pipeline
from haystack.components.builders import PromptBuilder

from api.agents.haystack import YibaoRetriever

TEMPLATE = (
    "{% for d in documents %}[{{ loop.index }}] {{ d.meta.title }} {{ d.content }}\n{% endfor %}{{ query }}"
)


def test_component_runs_in_a_pipeline_that_was_saved_and_loaded(index_dir: Path) -> None:
    pipeline = Pipeline()
    pipeline.add_component("retriever", YibaoRetriever(str(index_dir), top_k=2))
    pipeline.add_component("prompt", PromptBuilder(TEMPLATE, required_variables=["documents", "query"]))
    pipeline.connect("retriever.documents", "prompt.documents")
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=[YibaoRetriever.__module__])
    done = loaded.run(
        {"retriever": {"query": QUESTION}, "prompt": {"query": QUESTION}},
        include_outputs_from={"retriever"},
    )
    assert "[1] 停保之后，医保账户里的钱怎么办" in done["prompt"]["prompt"]
    found = done["retriever"]
    assert found["answerable"] is True
    assert [document.meta["id"] for document in found["documents"]] == [d.id for d in found["documents"]]
    assert found["documents"][0].meta["published"] == "2025-03-02"
    assert found["documents"][0].score > 0


def test_what_nothing_answers_is_said(index_dir: Path) -> None:
    found = YibaoRetriever(str(index_dir)).run("火星上怎么买房贷款")
    assert found["answerable"] is False
    assert found["confidence"] < 0.5


def test_filters_are_strict_and_checked(index_dir: Path) -> None:
    retriever = YibaoRetriever(str(index_dir), top_k=10)
    found = retriever.run("灵活就业每月缴多少", region="四川", since="2025-01-01")["documents"]
    assert {document.meta["region"] for document in found} == {"绵阳"}
    with pytest.raises(BadInputError, match="Atlantis"):
        retriever.run(QUESTION, region="Atlantis")


def test_missing_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="rebuild-index"):
        YibaoRetriever(str(tmp_path / "none")).warm_up()
