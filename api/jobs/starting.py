"""Start a rebuild in a process of its own, unless one runs."""

import contextlib
import dataclasses
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from index import generations
from index.milvus.location import MilvusLocation
from ingest.errors import BusyError, YibaoError

from .records import Job, Records, new_job, now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What to rebuild: as the settings of the service say.

    milvus  where the build goes; None for the index folder itself
    """

    folders: Sequence[Path]
    index_dir: Path
    model: str | None
    fields: dict[str, str]
    milvus: MilvusLocation | None = None


def start_rebuild(order: Order, *, full: bool, strict: bool) -> Job:
    """Start one. Raises BusyError while another runs, YibaoError where the index folder cannot be written."""
    records = Records(order.index_dir)
    try:
        records.folder.mkdir(parents=True, exist_ok=True)
        with records.starting_lock().acquire(timeout=5):
            _refuse_while_one_runs(order.index_dir, records)
            job = new_job(full=full, strict=strict)
            records.write(job)
            process = _launch(order, job)
            records.forget_old()
    except Timeout:
        raise BusyError("another rebuild is being started; look at `GET /admin/jobs`") from None
    except OSError as error:
        raise YibaoError(f"no job can be started in {order.index_dir}: {error}") from error
    threading.Thread(target=_see_it_end, args=(process, records, job.id), daemon=True).start()
    return job


def _refuse_while_one_runs(index_dir: Path, records: Records) -> None:
    for job in records.all():
        if not job.ended:
            raise BusyError(f"job {job.id} is running; `GET /admin/jobs/{job.id}` says how far it is")
    with generations.rebuilding(index_dir):  # raises BusyError where somebody rebuilds from the command line
        pass


def _launch(order: Order, job: Job) -> subprocess.Popen[bytes]:
    argument = {
        "job": dataclasses.asdict(job),
        "folders": [str(folder) for folder in order.folders],
        "index": str(order.index_dir),
        "model": order.model,
        "fields": order.fields,
        "milvus": dataclasses.asdict(order.milvus) if order.milvus else None,
    }
    process = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-m", "api.jobs.process", job.id],  # the id, so that `ps` tells which job it is
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt of the service, typed in its terminal, is not meant for the rebuild
    )
    assert process.stdin is not None  # noqa: S101 - a pipe, as asked
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        # Not as an argument: it may hold a password, and everybody on the machine can read arguments.
        pipe.write(json.dumps(argument).encode())
    return process


def _see_it_end(process: subprocess.Popen[bytes], records: Records, job_id: str) -> None:
    """Wait for the process, so that it leaves no zombie, and say so if it ended without a word."""
    code = process.wait()
    job = records.read(job_id)
    if job.state == "starting":
        message = f"its process could not start (exit code {code}); the service's log says why"
        job = dataclasses.replace(
            job, state="failed", finished=now(), error={"code": "not_started", "message": message}
        )
        records.write(job)
    log.info("job %s %s", job_id, job.state)
