"""Token buckets: so many questions a minute each, with a burst of as many after a rest.

https://en.wikipedia.org/wiki/Token_bucket. The buckets lie in SQLite, in memory for one worker and in a file for
several, so that the limit holds for all of them together.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from filelock import FileLock

_SCHEMA = "CREATE TABLE IF NOT EXISTS bucket (who TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL)"
#: Full buckets are forgotten after so many questions: they say nothing that an absent one does not.
_FORGET_EVERY = 1000


class RateLimit:
    """Safe to use from several threads and processes; a call takes some twenty microseconds."""

    def __init__(
        self, per_minute: int, path: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = float(per_minute)
        self._per_second = per_minute / 60
        # Of the whole machine, so that workers agree; what is lost in a crash is worth nothing.
        self._clock = clock
        self._database = sqlite3.connect(
            path or ":memory:", timeout=1, isolation_level=None, check_same_thread=False
        )
        # Two workers that set this mode at once would not wait for each other: SQLite refuses one of them.
        with nullcontext() if path is None else FileLock(f"{path}.lock").acquire(poll_interval=0.001):
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.execute(_SCHEMA)
        self._one_at_a_time = threading.Lock()
        self._taken = 0

    def take(self, who: str) -> float:
        """Take one token, and return 0; or the seconds until there is one."""
        with self._transaction():
            self._taken += 1
            if self._taken % _FORGET_EVERY == 0:
                self._forget_full()
            tokens = self._tokens(who)
            if tokens < 1:
                return (1 - tokens) / self._per_second
            self._keep(who, tokens - 1)
        return 0.0

    def charge(self, who: str, tokens: int) -> None:
        """Take more tokens for something already granted; a bucket may go into debt."""
        with self._transaction():
            self._keep(who, self._tokens(who) - tokens)

    def close(self) -> None:
        self._database.close()

    def _tokens(self, who: str) -> float:
        found = self._database.execute("SELECT tokens, at FROM bucket WHERE who = ?", (who,)).fetchone()
        if found is None:
            return self._most
        tokens: float = found[0] + max(0.0, self._clock() - found[1]) * self._per_second
        return min(self._most, tokens)

    def _keep(self, who: str, tokens: float) -> None:
        self._database.execute("REPLACE INTO bucket VALUES (?, ?, ?)", (who, tokens, self._clock()))

    def _forget_full(self) -> None:
        self._database.execute(
            "DELETE FROM bucket WHERE tokens + (? - at) * ? >= ?",
            (self._clock(), self._per_second, self._most),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Looking and taking in one step, whichever thread or worker does it."""
        with self._one_at_a_time:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                self._database.execute("COMMIT")
