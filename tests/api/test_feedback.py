"""Feedback: kept without a trace of who gave it, exported as labelled questions."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_corpus import QUESTION, run_cli
from starlette.testclient import TestClient

from api.app import create_app
from api.feedback.labelled import labelled_questions
from api.feedback.personal_data import masked
from api.feedback.store import Feedback, FeedbackFullError, FeedbackStore
from api.settings import Settings
from ingest.errors import NotFoundError, YibaoError
from search.evaluation.evidence import read_questions


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "said" / "feedback.sqlite"


@pytest.fixture
def session(index_dir: Path, kept: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=index_dir, feedback=kept))) as client:
        yield client


def first_result(session: TestClient) -> dict[str, object]:
    result: dict[str, object] = session.get("/search", params={"q": QUESTION}).json()["results"][0]
    return result


def test_helpful_passage_becomes_a_labelled_question_that_evaluates(
    session: TestClient, index_dir: Path, kept: Path, tmp_path: Path
) -> None:
    found = first_result(session)
    said = {"question": QUESTION, "passage_id": found["id"], "helpful": True, "comment": "讲得清楚"}
    answer = session.post("/feedback", json=said)
    assert (answer.status_code, answer.json()) == (201, {"status": "kept"})

    exported = tmp_path / "labelled.jsonl"
    done = run_cli("feedback", "export", str(exported), "--feedback", str(kept), "--json")
    assert json.loads(done.stdout) == {
        "helpful": 1,
        "not_helpful": 0,
        "comments": 1,
        "questions": 1,
        "labelled": 1,
    }
    [question] = read_questions(exported)
    assert question.question == QUESTION
    [line] = exported.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["evidence"][0]["text"] in str(found["text"])
    scores = run_cli("evaluate", str(exported), "--index", str(index_dir), "--json")
    assert json.loads(scores.stdout)["success@1"] == 1.0


def test_export_to_standard_output_keeps_the_numbers_apart(session: TestClient, kept: Path) -> None:
    session.post("/feedback", json={"question": QUESTION, "helpful": False})
    done = run_cli("feedback", "export", "--feedback", str(kept))
    assert done.stdout == ""
    assert "1 said · 0 helpful (0%), 1 not, 0 comments · 1 questions, 0 labelled" in done.stderr


def test_nothing_about_the_reader_is_kept(session: TestClient, kept: Path) -> None:
    headers = {"User-Agent": "browser-of-mine", "X-Request-ID": "trace-77", "X-Forwarded-For": "203.0.113.9"}
    said = {
        "question": "我叫身份证 11010519491231002X 断缴后余额能用吗",
        "helpful": True,
        "comment": "打 138 0013 8000 找我，或 me@mail.example",
    }
    assert session.post("/feedback", json=said, headers=headers).status_code == 201
    with sqlite3.connect(kept) as database:
        [row] = database.execute("SELECT * FROM feedback")
    written = " ".join(map(str, row))
    for trace in ("browser-of-mine", "trace-77", "203.0.113.9", "testclient", "1949", "8000", "me@mail"):
        assert trace not in written
    assert "断缴后余额能用吗" in written
    assert len(row[-1]) == len("2025-01-31"), "the day, not the time"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("11010519491231002X", "[…]"),
        ("卡号6222 0200 1234 5678 901在手", "卡号[…]在手"),
        ("电话13800138000。", "电话[…]。"),
        ("2025年每月缴386.5元，共15年", "2025年每月缴386.5元，共15年"),
        ("医保发〔2024〕12号，12393热线", "医保发〔2024〕12号，12393热线"),
        ("a.b@c.example.cn 回我", "[…] 回我"),
    ],
)
def test_what_names_a_person_is_masked(written: str, kept: str) -> None:
    assert masked(written) == kept


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": QUESTION, "helpful": True, "passage_id": "nowhere"}, 404),
        ({"question": " ", "helpful": True}, 400),
        ({"question": QUESTION}, 400),
        ({"question": "长" * 2001, "helpful": True}, 400),
        ({"question": QUESTION, "helpful": True, "comment": "长" * 1001}, 400),
        ({"question": QUESTION, "helpful": True, "name": "me"}, 400),
    ],
)
def test_unusable_feedback_is_refused(
    session: TestClient, kept: Path, body: dict[str, object], status: int
) -> None:
    assert session.post("/feedback", json=body).status_code == status
    assert not kept.exists()


def test_workers_append_at_the_same_time(kept: Path) -> None:
    def say(worker: int) -> None:
        for number in range(10):
            FeedbackStore(kept).add(Feedback(f"问题{worker}-{number}", helpful=number % 2 == 0))

    workers = [threading.Thread(target=say, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert FeedbackStore(kept).counts() == (20, 20, 0)
    assert len({row.question for row in FeedbackStore(kept).all()}) == 40


def test_a_full_table_says_how_to_make_room(kept: Path) -> None:
    store = FeedbackStore(kept, most_rows=1)
    store.add(Feedback(QUESTION, helpful=True))
    with pytest.raises(FeedbackFullError, match="yibao feedback export"):
        store.add(Feedback(QUESTION, helpful=True))


def test_a_file_that_is_no_database_is_a_plain_error(kept: Path) -> None:
    with pytest.raises(NotFoundError, match="YIBAO_FEEDBACK"):
        FeedbackStore(kept).all()
    kept.parent.mkdir()
    kept.write_text("no database at all, " * 100, encoding="utf-8")
    with pytest.raises(YibaoError, match="cannot be read"):
        FeedbackStore(kept).counts()
    with pytest.raises(YibaoError, match="cannot be kept"):
        FeedbackStore(kept).add(Feedback(QUESTION, helpful=True))


def test_a_passage_is_evidence_when_more_readers_found_it_helpful_than_not() -> None:
    def said(question: str, file: str, *, helpful: bool) -> Feedback:
        return Feedback(question, helpful, "p", file, f"{file}里的那句话", None, "000001")

    rows = [
        said("甲", "a.txt", helpful=True),
        said("甲", "a.txt", helpful=True),
        said("甲", "a.txt", helpful=False),
        said("甲", "b.txt", helpful=True),
        said("甲", "b.txt", helpful=False),
        said("乙", "a.txt", helpful=False),
        Feedback("丙", helpful=True),
    ]
    assert labelled_questions(rows) == [
        {
            "id": "f0001",
            "question": "甲",
            "class": "feedback",
            "evidence": [{"doc": "a.txt", "text": "a.txt里的那句话", "grade": 2}],
            "filters": None,
        }
    ]


def test_an_error_of_the_disk_names_no_path(index_dir: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    settings = Settings(index=index_dir, feedback=blocked / "feedback.sqlite")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer: httpx.Response = client.post("/feedback", json={"question": QUESTION, "helpful": True})
    assert answer.status_code == 500
    assert str(tmp_path) not in answer.text
