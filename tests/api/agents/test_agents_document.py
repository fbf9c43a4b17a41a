"""docs/agents.md: what it shows is what happens."""

import asyncio
import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from api_corpus import QUESTION

from api.agents.mcp import PART, build_server
from api.agents.mcp_documents import Found, FoundPassage
from api.answering.documents import AnswerRequest, CitedAnswer
from api.cli.commands import main
from api.serving import SearcherHolder
from api.settings import Settings

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "agents.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    return [block for named, block in fenced if named == language]


def documents() -> list[dict[str, Any]]:
    return [json.loads(block) for block in blocks("json")]


def test_client_configuration_names_a_command_of_ours() -> None:
    [server] = documents()[0]["mcpServers"].values()
    assert Path(server["command"]).name == "yibao"
    command, option, _ = server["args"]
    assert option in {name for parameter in main.commands[command].params for name in parameter.opts}


def test_what_tools_return_is_shown_whole() -> None:
    found = documents()[1]
    assert found.keys() == Found.model_fields.keys()
    assert found["results"][0].keys() == FoundPassage.model_fields.keys()
    Found.model_validate(found)


def test_what_answer_returns_is_shown_whole() -> None:
    CitedAnswer.model_validate(documents()[2])
    [line] = [block for block in blocks("") if block.startswith("curl")]
    words = shlex.split(line)
    AnswerRequest.model_validate(json.loads(words[words.index("-d") + 1]))
    assert "/answer" in words[1]


def test_tools_and_their_limits_are_those_of_the_server(index_dir: Path) -> None:
    server = build_server(SearcherHolder(index_dir))
    rows = dict(re.findall(r"^\| `(\w+)` \|([^|]*)\|", DOCUMENT, re.MULTILINE))
    for tool in asyncio.run(server.list_tools()):
        assert set(re.findall(r"`(\w+)`", rows[tool.name])) == tool.input_schema["properties"].keys()
    assert str(PART) in DOCUMENT


def test_settings_named_exist() -> None:
    known = {f"YIBAO_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"YIBAO_\w+", DOCUMENT)) <= known


@pytest.mark.parametrize("block", blocks("python"))
def test_examples_run(block: str, index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    for extra in ("langchain_core", "haystack"):
        if extra.split("_")[0] in block:
            pytest.importorskip(extra, reason="its extra is not installed; make setup installs it")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "index").symlink_to(index_dir)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(block, "docs/agents.md", "exec"), names)
    assert "found" in names or "document" in names
    assert QUESTION in DOCUMENT
