"""The command line: documents for pipes, lists for people, one line for an error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from api_corpus import QUESTION, run_cli
from click.testing import CliRunner

from api.cli.commands import rebuild_index_main
from api.settings import table


def yibao(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `yibao` as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from api.cli.commands import main; main(prog_name='yibao')", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=60,
        check=False,
    )


def test_search_prints_answer_source_and_passages(index_dir: Path) -> None:
    printed = run_cli("search", QUESTION, "--index", str(index_dir)).stdout
    assert "仍然可以使用" in printed
    assert "示例社保课堂 · 2025-03-02" in printed
    assert "停保之后的账户.txt" in printed


def test_explain_says_where_the_score_came_from(index_dir: Path) -> None:
    printed = run_cli("search", QUESTION, "--index", str(index_dir), "--explain", "-k", "1").stdout
    assert "dense" in printed
    assert "keyword" in printed


def test_json_is_one_document(index_dir: Path) -> None:
    document = json.loads(run_cli("search", QUESTION, "--index", str(index_dir), "--json").stdout)
    assert document["query"] == QUESTION
    assert document["results"]


def test_batch_answers_each_line_in_order(index_dir: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "question": QUESTION, "class": "lexical", "filters": None},
        {"id": "b", "question": "灵活就业人员每月缴多少", "filters": {"region": "德阳"}},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    done = run_cli("search", "--batch", str(batch), "--index", str(index_dir))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert {r["region"] for r in answers[1]["results"]} == {"德阳"}


def test_batch_reads_standard_input_and_reports_a_bad_question(index_dir: Path) -> None:
    lines = '{"id": 1, "question": ""}\n\n{"id": 2, "question": "异地就医备案"}\n'
    done = run_cli("search", "--batch", "-", "--index", str(index_dir), input=lines)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["error"]["code"] == "bad_input"
    assert second["results"]
    assert done.exit_code == 2
    assert "1 of 2 questions" in done.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1 is not JSON"),
        ("[1]", "line 1 is not an object"),
    ],
)
def test_unreadable_batch_names_the_line(index_dir: Path, line: str, message: str) -> None:
    done = run_cli("search", "--batch", "-", "--index", str(index_dir), input=line)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["search", ""], 2, "empty"),
        (["search", "长" * 5000], 2, "5000 characters"),
        (["search", QUESTION, "-k", "0"], 2, "k is 0"),
        (["search", QUESTION, "-k", "10000"], 2, "k is 10000"),
        (["search", QUESTION, "--region", "Atlantis"], 2, "Atlantis"),
        (["search", QUESTION, "--since", "yesterday"], 2, "yesterday"),
        (["search"], 2, "--batch"),
        (["search", QUESTION, "--batch", "-"], 2, "--batch"),
    ],
)
def test_bad_use_is_one_line_and_code_2(
    index_dir: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run_cli(*arguments, "--index", str(index_dir))
    assert done.exit_code == code
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", QUESTION, "--index"],
        ["search", "--batch"],
        ["rebuild-index", "--corpus"],
        ["inspect"],
        ["evaluate"],
    ],
)
def test_missing_file_or_folder_is_code_3(arguments: list[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    extra = ["--index", str(tmp_path / "index")] if arguments[-1] in {"--corpus", "--batch"} else []
    done = run_cli(*arguments, missing, *extra)
    assert done.exit_code == 3, done.output
    assert "missing" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_rebuild_reports_what_it_read_and_that_nothing_changed(corpus_dir: Path, tmp_path: Path) -> None:
    arguments = ["--corpus", str(corpus_dir), "--index", str(tmp_path / "index")]
    first = CliRunner().invoke(rebuild_index_main, [*arguments, "--json"])
    again = run_cli("rebuild-index", *arguments, "--json")
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    summary, unchanged = json.loads(first.stdout), json.loads(again.stdout)
    assert summary["embedded"] == sum(summary["passages"].values()) > 0
    assert unchanged["embedded"] == 0


def test_strict_rebuild_refuses_an_unusable_file_and_keeps_the_live_build(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "好.txt").write_text("生育费用怎么报销\n\n生育费用凭发票到窗口报销。\n", encoding="utf-8")
    arguments = ["rebuild-index", "--corpus", str(corpus), "--index", str(index)]
    assert run_cli(*arguments, "--strict").exit_code == 0
    live = (index / "CURRENT").read_text(encoding="utf-8")
    (corpus / "空.txt").write_bytes(b"")
    done = run_cli(*arguments, "--strict")
    assert done.exit_code == 1
    assert "空.txt" in done.stderr
    assert (index / "CURRENT").read_text(encoding="utf-8") == live
    assert run_cli(*arguments).exit_code == 0
    assert run_cli(*arguments, "--strict").exit_code == 1, "an unchanged corpus is no better"


def test_inspect_prints_what_was_understood(corpus_dir: Path) -> None:
    file = str(corpus_dir / "停保之后的账户.txt")
    document = json.loads(run_cli("inspect", file, "--json").stdout)
    assert document["title"] == "停保之后，医保账户里的钱怎么办"
    assert document["teasers"][0]["title"] == "换了工作医保要不要转"
    printed = run_cli("inspect", file).stdout
    assert document["title"] in printed
    assert "teasers (1)" in printed


def test_evaluate_scores_labelled_questions(index_dir: Path, tmp_path: Path) -> None:
    question = {
        "id": "q1",
        "question": QUESTION,
        "class": "lexical",
        "evidence": [{"doc": "停保之后的账户", "text": "个人账户里剩下的余额仍然可以使用", "grade": 2}],
    }
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps(question, ensure_ascii=False), encoding="utf-8")
    scores = json.loads(run_cli("evaluate", str(file), "--index", str(index_dir), "--json").stdout)
    assert scores["set"] == "mine"
    assert scores["success@1"] == 1.0
    printed = run_cli("evaluate", str(file), "--index", str(index_dir)).stdout
    assert "lexical" in printed
    compared = run_cli("evaluate", str(file), "--index", str(index_dir), "--compare", "keyword", "--json")
    assert json.loads(compared.stdout)["differences"]["success@1"]["p"] == 1.0
    assert (
        "success@1"
        in run_cli("evaluate", str(file), "--index", str(index_dir), "--compare", "keyword").stdout
    )
    same = run_cli("evaluate", str(file), "--index", str(index_dir), "--compare", "hybrid")
    assert same.exit_code == 2 and "name another mode" in same.stderr
    both = run_cli("evaluate", str(file), "--index", str(index_dir), "--compare", "keyword", "--failures")
    assert both.exit_code == 2 and "ask for one of them" in both.stderr


def test_control_characters_do_not_reach_the_terminal(index_dir: Path) -> None:
    printed = run_cli("search", "生育津贴怎么领", "--index", str(index_dir)).stdout
    assert "生育津贴" in printed
    assert "\u202e" not in printed


def test_serve_help_agrees_with_the_settings_table() -> None:
    printed = " ".join(run_cli("serve", "--help").stdout.split())
    for row in table():
        if row.name.removeprefix("YIBAO_") in {"INDEX", "HOST", "PORT", "WORKERS", "RELOAD_INDEX"}:
            assert row.name in printed
            assert row.help in printed
            assert f"default {row.default}" in printed


def test_exit_codes_are_in_every_help() -> None:
    for command in ("search", "rebuild-index", "evaluate", "inspect", "serve", "completion", "mcp"):
        assert "Exit codes:" in run_cli(command, "--help").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_completion(shell: str) -> None:
    done = run_cli("completion", shell)
    assert done.exit_code == 0
    assert f"_YIBAO_COMPLETE={shell}_complete" in done.stdout


def test_completion_in_bash_knows_commands_and_options() -> None:
    def completions(words: str, position: int) -> set[str]:
        done = yibao(_YIBAO_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(position))
        return {line.split(",")[1] for line in done.stdout.splitlines()}

    assert {"search", "serve", "rebuild-index", "feedback", "completion"} <= completions("yibao ", 1)
    assert completions("yibao search --mo", 2) == {"--mode"}


def test_completion_for_another_shell_is_code_2() -> None:
    assert run_cli("completion", "cmd").exit_code == 2


def test_taken_port_is_code_5(service: str) -> None:
    done = yibao("serve", "--port", service.rsplit(":", 1)[1])
    assert done.returncode == 5
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_search_does_not_import_what_it_does_not_need(index_dir: Path) -> None:
    code = (
        "import sys; from api.cli.commands import main\n"
        f"main(['search', {QUESTION!r}, '--index', {str(index_dir)!r}, '--json'], standalone_mode=False)\n"
        "heavy = {'torch', 'sentence_transformers', 'fastapi', 'trafilatura'}\n"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.split() == []
