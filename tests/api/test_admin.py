"""The index is rebuilt over HTTP while the service answers, by whoever may."""

import contextlib
import dataclasses
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_corpus import ARTICLES, asking, build_index, serving, wait_for
from filelock import FileLock
from starlette.testclient import TestClient

from api.app import create_app
from api.jobs.records import Job, Records, new_job
from api.jobs.starting import Order, start_rebuild
from api.settings import Settings
from index import generations
from ingest.errors import BusyError, NotFoundError

TOKEN = "0123456789abcdef-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(corpus: Path, tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", corpus=(corpus,), admin_token=TOKEN)


def ended(ask: httpx.Client, job_id: str) -> dict[str, object]:
    def look() -> dict[str, object]:
        answer = ask.get(f"/admin/jobs/{job_id}", headers=BEARER)
        assert answer.status_code == 200, answer.text
        body: dict[str, object] = answer.json()
        return body

    wait_for(lambda: look()["state"] in ("done", "failed"), 60)
    return look()


def test_rebuild_over_http_is_taken_up_without_a_failed_request(corpus: Path, settings: Settings) -> None:
    build_index(corpus, settings.index)
    with serving(settings) as address, httpx.Client(base_url=address, timeout=20) as admin:
        with asking(address, callers=1) as asked:
            (corpus / "绵阳灵活就业.txt").write_text(ARTICLES["绵阳灵活就业.txt"], encoding="utf-8")
            started = admin.post("/admin/rebuild", headers=BEARER)
            assert started.status_code == 202
            job = started.json()
            assert started.headers["Location"] == f"/admin/jobs/{job['id']}"
            refused = admin.post("/admin/rebuild", headers=BEARER)
            assert refused.status_code == 409
            assert job["id"] in refused.json()["error"]["message"]
            done = ended(admin, job["id"])
            wait_for(lambda: len(asked.builds) == 2)
        assert [listed["id"] for listed in admin.get("/admin/jobs", headers=BEARER).json()["jobs"]] == [
            job["id"]
        ]
    assert done["state"] == "done", done
    assert done["summary"]["embedded"] > 0
    assert done["finished"] >= done["started"]
    assert set(asked.statuses) == {200}
    assert max(asked.builds) == done["summary"]["build"] == generations.current(settings.index)


def test_failed_rebuild_says_why_and_leaves_the_index(settings: Settings, corpus: Path) -> None:
    build_index(corpus, settings.index)
    live = generations.current(settings.index)
    (corpus / "空.txt").write_bytes(b"")
    with TestClient(create_app(settings)) as session:
        job = session.post("/admin/rebuild", json={"strict": True}, headers=BEARER).json()
        failed = ended(session, job["id"])
    assert failed["state"] == "failed"
    assert failed["error"]["code"] == "strict"
    assert "空.txt" in failed["error"]["message"]
    assert generations.current(settings.index) == live


def test_rebuild_is_refused_while_the_command_line_rebuilds(settings: Settings) -> None:
    with generations.rebuilding(settings.index), TestClient(create_app(settings)) as session:
        answer = session.post("/admin/rebuild", headers=BEARER)
    assert answer.status_code == 409
    assert str(os.getpid()) in answer.json()["error"]["message"]


def order(settings: Settings) -> Order:
    return Order(settings.corpus, settings.index, settings.model, settings.fields)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal that Windows does not have")
def test_killed_job_is_known_to_be_dead_and_the_next_one_runs(settings: Settings, corpus: Path) -> None:
    records = Records(settings.index)
    killed = start_rebuild(order(settings), full=False, strict=False)
    wait_for(lambda: records.read(killed.id).state == "running")
    os.kill(process_of(killed.id), signal.SIGKILL)
    wait_for(lambda: records.read(killed.id).state == "failed")
    assert records.read(killed.id).error["code"] == "died"

    following = start_rebuild(order(settings), full=False, strict=False)
    wait_for(lambda: records.read(following.id).ended, 60)
    assert records.read(following.id).state == "done"


def process_of(job_id: str) -> int:
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdecimal() and job_id in (folder / "cmdline").read_text(encoding="utf-8"):
                return int(folder.name)
    raise AssertionError(f"no process works on {job_id}")


def test_a_job_is_running_as_long_as_its_lock_is_held(tmp_path: Path) -> None:
    records = Records(tmp_path)
    job = dataclasses.replace(new_job(full=True, strict=False), state="running")
    records.write(job)
    with FileLock(tmp_path / "jobs" / ".running"):
        assert Records(tmp_path).read(job.id).state == "running"
    assert Records(tmp_path).read(job.id).error["code"] == "died"


def test_a_job_that_never_spoke_is_dead_after_a_minute(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.write(
        Job(
            "20250101-000000-aaaaaa", started="2025-01-01T00:00:00+00:00", updated="2025-01-01T00:00:00+00:00"
        )
    )
    records.write(young := new_job(full=False, strict=False))
    assert [(job.id, job.state) for job in records.all()] == [
        (young.id, "starting"),
        ("20250101-000000-aaaaaa", "failed"),
    ]


def test_only_the_newest_jobs_are_remembered(tmp_path: Path) -> None:
    records = Records(tmp_path)
    for number in range(53):
        records.write(Job(f"20250101-0000{number:02d}-aaaaaa", state="done"))
    records.forget_old()
    assert [job.id[13:15] for job in records.all()] == [f"{number:02d}" for number in range(52, 2, -1)]


@pytest.mark.parametrize("job_id", ["nowhere", "..%2f..%2fCURRENT", "0" * 200, "20250101-000000-aaaaaa"])
def test_unknown_job_is_404(settings: Settings, job_id: str) -> None:
    with TestClient(create_app(settings)) as session:
        assert session.get(f"/admin/jobs/{job_id}", headers=BEARER).status_code == 404


def test_an_id_leads_to_no_other_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (tmp_path / "jobs").mkdir()
    with pytest.raises(NotFoundError, match="no job"):
        Records(tmp_path).read("../secret")


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong-token-of-16", f"Basic {TOKEN}", f"Bearer {TOKEN}x"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/admin/rebuild"), ("GET", "/admin/jobs"), ("GET", "/admin/jobs/1")]
)
def test_admin_routes_need_the_token(
    settings: Settings, authorization: str | None, method: str, path: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    with TestClient(create_app(settings)) as session:
        answer = session.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not (settings.index / "jobs").exists()


@pytest.fixture
def open_service(index_dir: Path) -> Iterator[str]:
    with serving(Settings(index=index_dir)) as address:
        yield address


def test_without_a_token_this_machine_may(open_service: str) -> None:
    assert httpx.get(f"{open_service}/admin/jobs").status_code == 200
    assert httpx.get(f"{open_service}/admin/jobs".replace("127.0.0.1", "localhost")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example"},
    ],
)
def test_without_a_token_proxies_and_foreign_pages_may_not(
    open_service: str, headers: dict[str, str]
) -> None:
    answer = httpx.get(f"{open_service}/admin/jobs", headers=headers)
    assert answer.status_code == 403
    assert "YIBAO_ADMIN_TOKEN" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("client", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.8.8", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.7", 403),
        ("testclient", 403),
    ],
)
def test_without_a_token_only_loopback_addresses_may(index_dir: Path, client: str, status: int) -> None:
    app = create_app(Settings(index=index_dir))
    with TestClient(app, base_url="http://127.0.0.1", client=(client, 5000)) as session:
        assert session.get("/admin/jobs").status_code == status


def test_records_are_plain_json(tmp_path: Path) -> None:
    job = new_job(full=False, strict=True)
    Records(tmp_path).write(job)
    [file] = (tmp_path / "jobs").glob("*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["strict"] is True
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == [file.name]


def test_a_second_start_waits_for_the_first_and_is_refused(settings: Settings) -> None:
    outcomes: list[str] = []

    def start() -> None:
        try:
            outcomes.append(start_rebuild(order(settings), full=False, strict=False).id)
        except BusyError:
            outcomes.append("busy")

    starters = [threading.Thread(target=start) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert outcomes.count("busy") == 2
    [job_id] = [outcome for outcome in outcomes if outcome != "busy"]
    wait_for(lambda: Records(settings.index).read(job_id).ended, 60)
