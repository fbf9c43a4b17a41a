"""Numbers for Prometheus."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_corpus import QUESTION
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings


@pytest.fixture
def session(index_dir: Path, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=index_dir, feedback=tmp_path / "said.sqlite"))) as client:
        yield client


def scrape(session: TestClient) -> dict[tuple[str, ...], float]:
    """Value by (name, label values in the order of their names)."""
    answer = session.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(session: TestClient) -> None:
    found = session.get("/search", params={"q": QUESTION}).json()["results"][0]["id"]
    session.get("/search", params={"q": ""})
    session.get(f"/passages/{found}")
    session.get("/no/such/path")
    session.request("BREW", "/search")
    numbers = scrape(session)
    assert numbers["yibao_http_requests_total", "GET", "/search", "200"] == 1
    assert numbers["yibao_http_requests_total", "GET", "/search", "400"] == 1
    assert numbers["yibao_http_requests_total", "GET", "/passages/{passage_id}", "200"] == 1
    assert numbers["yibao_http_requests_total", "GET", "none", "404"] == 1
    assert numbers["yibao_http_requests_total", "other", "/search", "405"] == 1
    assert numbers["yibao_http_request_seconds_count", "/search"] == 3
    assert numbers["yibao_http_request_seconds_sum", "/search"] > 0


def test_searches_are_counted_by_mode_and_whether_the_corpus_answers(session: TestClient) -> None:
    questions = [{"id": 1, "question": QUESTION}, {"id": 2, "question": " "}]
    session.post("/search/batch", json={"questions": questions})
    session.post("/search", json={"q": QUESTION, "mode": "keyword"})
    session.get("/search", params={"q": "火星上怎么种土豆"})
    numbers = scrape(session)
    assert numbers["yibao_searches_total", "yes", "hybrid"] == 1
    assert numbers["yibao_searches_total", "no", "hybrid"] == 1
    assert sum(n for key, n in numbers.items() if key[0] == "yibao_searches_total" and "keyword" in key) == 1


def test_index_and_feedback_are_told(session: TestClient) -> None:
    stats = session.get("/stats").json()
    session.post("/feedback", json={"question": QUESTION, "helpful": True})
    numbers = scrape(session)
    assert numbers["yibao_index_ready",] == 1
    assert numbers["yibao_index_info", stats["build"], "bundled"] == 1
    assert numbers["yibao_index_passages",] == stats["passages"]
    assert 0 <= numbers["yibao_index_age_seconds",] < 3600
    assert numbers["yibao_feedback_total", "yes"] == 1
    assert numbers["yibao_feedback_total", "no"] == 0
    assert numbers["yibao_service_info", stats["version"]] == 1


def test_without_index_the_numbers_say_so(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(index=tmp_path / "none", feedback=tmp_path / "f"))) as session:
        numbers = scrape(session)
    assert numbers["yibao_index_ready",] == 0
    assert not any(key[0] == "yibao_index_passages" for key in numbers)


def test_one_worker_answers_for_all(index_dir: Path, tmp_path: Path) -> None:
    """Two processes that share the folder of `yibao serve`: the second one tells of the first one's request, too."""
    code = (
        "import sys; from starlette.testclient import TestClient\n"
        "from api.app import create_app; from api.settings import Settings; from pathlib import Path\n"
        f"with TestClient(create_app(Settings(index=Path({str(index_dir)!r})))) as session:\n"
        "    session.get('/healthz'); sys.stdout.write(session.get('/metrics').text)"
    )
    shared = tmp_path / "numbers"
    shared.mkdir()
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(shared)}
    for expected in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
            timeout=60,
        )
        [healthy] = [
            sample.value
            for family in text_string_to_metric_families(done.stdout)
            for sample in family.samples
            if sample.labels.get("route") == "/healthz" and sample.name == "yibao_http_requests_total"
        ]
        assert healthy == expected, json.dumps(done.stdout)
