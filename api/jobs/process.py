"""The process of one job: `python -m api.jobs.process ID`, started by the service, with the rest on standard input.

It gives way to everything else on the machine, so that searches stay fast while it runs.
"""

import dataclasses
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from ingest.errors import YibaoError

from .records import Job, Records, now

#: Of 19; a search that runs at the same time gets some ten times more of a busy core.
_NICENESS = 10
#: Seconds between two notes of how far it is.
_NOTE_EVERY = 0.5
#: Seconds to wait for the lock, which whoever asks whether a job lives holds for an instant.
_PATIENCE = 5


class _Noting:
    """Writes the stages of a rebuild into the job's record."""

    def __init__(self, records: Records, job: Job) -> None:
        self._records = records
        self.job = job
        self._noted = 0.0

    def stage(self, name: str, total: int) -> None:
        self.note(state="running", stage=name, done=0, total=total)

    def step(self, done: int) -> None:
        self.job = dataclasses.replace(self.job, done=self.job.done + done)
        if time.monotonic() - self._noted >= _NOTE_EVERY:
            self.note()

    def note(self, **changes: Any) -> None:
        self.job = dataclasses.replace(self.job, updated=now(), **changes)
        self._records.write(self.job)
        self._noted = time.monotonic()


def run(argument: dict[str, Any]) -> None:
    """Rebuild as the argument says, and note what comes of it."""
    records = Records(Path(argument["index"]))
    noting = _Noting(records, Job(**argument["job"]))
    with records.running_lock().acquire(timeout=_PATIENCE):
        noting.stage("loading the model", 0)
        try:
            summary = _rebuild(argument, noting)
        except YibaoError as error:
            noting.note(state="failed", finished=now(), error=_problem(error))
        except BaseException as error:
            problem = {
                "code": "internal_error",
                "message": f"{type(error).__name__}; the service's log has more",
            }
            noting.note(state="failed", finished=now(), error=problem)
            raise
        else:
            noting.note(state="done", stage="", done=0, total=0, finished=now(), summary=summary)


def _rebuild(argument: dict[str, Any], noting: _Noting) -> dict[str, Any]:
    # Imported here, after the lock has been taken and noted: it takes a while.
    from api.cli.rebuilding import embedder_or_none  # noqa: PLC0415
    from index.milvus.location import MilvusLocation  # noqa: PLC0415
    from index.rebuild import rebuild  # noqa: PLC0415
    from ingest.field_mapping import FieldMapping  # noqa: PLC0415

    return rebuild(
        [Path(folder) for folder in argument["folders"]],
        Path(argument["index"]),
        embedder=embedder_or_none(argument["model"]),
        model_name=argument["model"] or "",
        full=noting.job.full,
        strict=noting.job.strict,
        mapping=FieldMapping.naming(argument["fields"]),
        progress=noting,
        milvus=MilvusLocation(**argument["milvus"]) if argument["milvus"] else None,
    ).to_dict()


def _problem(error: YibaoError) -> dict[str, str]:
    from api.error_codes import code_of  # noqa: PLC0415

    return {"code": code_of(error), "message": error.told}


if __name__ == "__main__":
    if hasattr(os, "nice"):  # Windows has no such call
        os.nice(_NICENESS)
    run(json.load(sys.stdin))
