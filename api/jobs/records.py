"""What is known of each job: one JSON file a job in `<index>/jobs`, which every worker reads.

The process of a job holds `<index>/jobs/.running` for as long as it lives. So a job that was killed is known to be
dead, however it died, and whichever worker is asked.
"""

import dataclasses
import datetime
import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from ingest.errors import NotFoundError

State = Literal["starting", "running", "done", "failed"]

#: A process that has not said anything after so many seconds did not start.
_START_SECONDS = 60
#: So many of the newest jobs are remembered.
_KEPT = 50
_ID = re.compile(r"[0-9a-f-]{1,40}")


def now() -> str:
    """The time as ISO text, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Job:
    """One rebuild.

    stage, done, total  what it works on, and how far it is with that
    started, updated    ISO date and time, UTC; `finished` is None until it ends
    summary             of the rebuild, once done
    error               {"code", "message"} once failed
    """

    id: str
    full: bool = False
    strict: bool = False
    state: State = "starting"
    stage: str = ""
    done: int = 0
    total: int = 0
    started: str = field(default_factory=now)
    updated: str = field(default_factory=now)
    finished: str | None = None
    summary: dict[str, Any] | None = None
    error: dict[str, str] | None = None

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")


def new_job(*, full: bool, strict: bool) -> Job:
    """A job with an id that sorts by time."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    return Job(f"{stamp}-{secrets.token_hex(3)}", full=full, strict=strict)


class Records:
    """The jobs of one index."""

    def __init__(self, index_dir: Path) -> None:
        self.folder = index_dir / "jobs"

    def running_lock(self) -> FileLock:
        """The lock that a job's process holds while it lives."""
        return FileLock(self.folder / ".running")

    def starting_lock(self) -> FileLock:
        """The lock that a worker holds while it starts a job."""
        return FileLock(self.folder / ".starting")

    def write(self, job: Job) -> None:
        """Keep what is known of a job, in one step, so that no reader finds half of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Its process and the worker that started it may both write: each has a pending file of its own.
        pending = self.folder / f"{job.id}.{secrets.token_hex(4)}.new"
        pending.write_text(json.dumps(dataclasses.asdict(job), ensure_ascii=False), encoding="utf-8")
        pending.replace(self._file(job.id))

    def read(self, job_id: str) -> Job:
        """A job by its id. Raises NotFoundError for one that is not, or no longer, known."""
        job = self._stored(job_id)
        if job.ended or self._lives(job):
            return job
        # It may have ended between the two looks.
        job = self._stored(job_id)
        return job if job.ended else _died(job)

    def all(self) -> list[Job]:
        """The jobs known, newest first."""
        return [self.read(job_id) for job_id in self._ids()]

    def forget_old(self) -> None:
        """Remove all but the newest jobs."""
        for job_id in self._ids()[_KEPT:]:
            self._file(job_id).unlink(missing_ok=True)

    def _ids(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted((path.stem for path in self.folder.glob("*.json")), reverse=True)

    def _file(self, job_id: str) -> Path:
        return self.folder / f"{job_id}.json"

    def _stored(self, job_id: str) -> Job:
        unknown = NotFoundError(f"there is no job {job_id!r}; `GET /admin/jobs` lists those known")
        if not _ID.fullmatch(job_id):  # an id never leads to another folder
            raise unknown
        try:
            return Job(**json.loads(self._file(job_id).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise unknown from None

    def _lives(self, job: Job) -> bool:
        if job.state == "starting":
            since = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(job.updated)
            return since.total_seconds() < _START_SECONDS
        try:
            with self.running_lock().acquire(timeout=0):
                return False
        except Timeout:
            return True


def _died(job: Job) -> Job:
    message = "its process ended without finishing, so the index stays as it was; ask for another rebuild"
    return dataclasses.replace(
        job, state="failed", finished=job.updated, error={"code": "died", "message": message}
    )
