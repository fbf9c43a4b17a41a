"""The access log: one JSON line a request, without the question unless asked for."""

import json
import logging
from pathlib import Path

import pytest
from api_corpus import QUESTION
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings


def logged(settings: Settings, caplog: pytest.LogCaptureFixture) -> tuple[str, dict[str, object]]:
    caplog.set_level(logging.INFO, "api.access")
    with TestClient(create_app(settings)) as session:
        answer = session.get("/search", params={"q": QUESTION}, headers={"X-Request-ID": "r-1"})
    assert answer.status_code == 200
    [line] = [record.getMessage() for record in caplog.records if record.name == "api.access"]
    return line, json.loads(line)


def test_question_stays_out_of_the_log(index_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    line, fields = logged(Settings(index=index_dir), caplog)
    assert QUESTION not in line
    assert fields["request_id"] == "r-1"
    assert (fields["method"], fields["path"], fields["status"]) == ("GET", "/search", 200)
    assert fields["ms"] > 0
    assert fields["bytes"] > 0


def test_question_is_logged_when_set(index_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    _, fields = logged(Settings(index=index_dir, log_questions=True), caplog)
    assert fields["question"] == QUESTION


def test_cors_is_off_unless_set(index_dir: Path) -> None:
    origin = {"Origin": "https://portal.example"}
    with TestClient(create_app(Settings(index=index_dir))) as session:
        assert "Access-Control-Allow-Origin" not in session.get("/healthz", headers=origin).headers
    allowed = Settings(index=index_dir, cors_origins=("https://portal.example",))
    with TestClient(create_app(allowed)) as session:
        headers = session.get("/healthz", headers=origin).headers
        assert headers["Access-Control-Allow-Origin"] == "https://portal.example"
        foreign = session.get("/healthz", headers={"Origin": "https://other.example"}).headers
        assert "Access-Control-Allow-Origin" not in foreign
