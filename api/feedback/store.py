"""Feedback in one SQLite file, appended to by every worker.

Nothing about who gave it is kept: no address, no browser, no request id, and the day instead of the time.
"""

import datetime
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.errors import NotFoundError, YibaoError

#: About 100 MB. Whoever fills the table cannot fill the disk.
MOST_ROWS = 100_000
#: Seconds that a worker waits for another one's write.
_PATIENCE = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    passage_id TEXT,
    file TEXT,
    evidence TEXT,
    comment TEXT,
    build TEXT,
    day TEXT NOT NULL
)
"""


class FeedbackFullError(YibaoError):
    """The table holds as many rows as it may."""

    status = 507


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one reader said of one answer.

    passage_id  the passage it is about; None for the answer as a whole
    file        its source file, and `evidence` the text in it that answers; both None without a passage
    build       the index build that answered
    """

    question: str
    helpful: bool
    passage_id: str | None = None
    file: str | None = None
    evidence: str | None = None
    comment: str | None = None
    build: str | None = None


class Counts(NamedTuple):
    """How many rows say what."""

    helpful: int
    not_helpful: int
    comments: int


class FeedbackStore:
    """The file, opened for the length of one call: feedback is rare, and threads and workers need not share."""

    def __init__(self, path: Path, most_rows: int = MOST_ROWS) -> None:
        self.path = path
        self._most_rows = most_rows

    def add(self, feedback: Feedback) -> None:
        """Append. Raises FeedbackFullError at the limit, YibaoError where the file cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as database, database:
                # At once the only writer: others wait here, and the rows counted are still those at the insert.
                database.execute("BEGIN IMMEDIATE")
                database.execute(_SCHEMA)
                # Rows are never deleted, so the highest id is their number.
                [(rows,)] = database.execute("SELECT coalesce(max(id), 0) FROM feedback")
                if rows >= self._most_rows:
                    raise FeedbackFullError(
                        f"{rows} pieces of feedback are kept, which is the limit; export them with "
                        "`yibao feedback export` and move the file of YIBAO_FEEDBACK away"
                    )
                database.execute(
                    "INSERT INTO feedback"
                    " (question, helpful, passage_id, file, evidence, comment, build, day)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (*astuple(feedback), datetime.datetime.now(datetime.UTC).date().isoformat()),
                )
        except (OSError, sqlite3.Error) as error:
            raise YibaoError(f"the feedback cannot be kept in {self.path}: {error}") from error

    def all(self) -> list[Feedback]:
        """Everything kept, oldest first. Raises NotFoundError if there is no file."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT question, helpful, passage_id, file, evidence, comment, build FROM feedback ORDER BY id"
            )
            return [Feedback(row[0], bool(row[1]), *row[2:]) for row in rows]

    def counts(self) -> Counts:
        """How much is kept. Raises NotFoundError if there is no file."""
        with self._reading() as database:
            [(rows, helpful, comments)] = database.execute(
                "SELECT count(*), coalesce(sum(helpful), 0), count(comment) FROM feedback"
            )
        return Counts(helpful, rows - helpful, comments)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise NotFoundError(
                f"there is no feedback in {self.path}; it appears with the first `POST /feedback`, "
                "or name another file with YIBAO_FEEDBACK"
            )
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as database:
                yield database
        except sqlite3.Error as error:
            raise YibaoError(f"the feedback in {self.path} cannot be read: {error}") from error
