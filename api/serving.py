"""The index that the service answers from, and the switch to a newer one without dropping a request."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from index.opening import IndexLocation, live_stamp
from ingest.errors import YibaoError
from search import Searcher

from .errors import NotReadyError

log = logging.getLogger(__name__)

#: An index that could not be opened is tried again after this many seconds, or at once when another build is live.
RETRY_SECONDS = 5.0

Stamp = Hashable
Open = Callable[[IndexLocation, str | None, str | None], Searcher]


class _Held:
    """An open searcher, and how many requests use it now."""

    def __init__(self, searcher: Searcher, stamp: Stamp | None) -> None:
        self.searcher = searcher
        self.stamp = stamp
        self.users = 0
        self.retired = False


class SearcherHolder:
    """Lends the live searcher to requests; safe to use from several threads.

    A new live build is noticed between two requests and opened beside the old build, which goes on answering and
    is closed when its last request has ended.
    """

    def __init__(
        self,
        index: IndexLocation,
        model: str | None = None,
        reranker: str | None = None,
        *,
        reload: bool = True,
        opener: Open = Searcher.open,
    ) -> None:
        self.index = index
        self._model, self._reranker = model, reranker
        self._reload = reload
        self._opener = opener
        self._held: _Held | None = None
        self._counting = threading.Lock()
        self._opening = threading.Lock()
        self.failure: str | None = None
        self._failed_stamp: Stamp | None = None
        self._failed_at = -RETRY_SECONDS

    @contextmanager
    def lend(self) -> Iterator[Searcher]:
        """The live searcher, for the length of one request. Raises NotReadyError where there is none."""
        self.refresh()
        with self._counting:
            held = self._held
            if held is None:
                raise NotReadyError(self.failure or "no index has been opened yet")
            held.users += 1
        try:
            yield held.searcher
        finally:
            self._give_back(held)

    def refresh(self) -> None:
        """Notice a new live build: the first index is waited for, a newer one is opened in the background."""
        held = self._held
        if held is not None and not self._reload:
            return
        stamp = live_stamp(self.index)
        if held is None:
            if self._worth_trying(stamp):
                with self._opening:
                    if self._held is None and self._worth_trying(stamp):
                        self._open(stamp)
        elif (
            stamp not in (None, held.stamp)
            and self._worth_trying(stamp)
            # Whoever gets the lock opens the new build; everybody else goes on with the old one.
            and self._opening.acquire(blocking=False)
        ):
            threading.Thread(target=self._open_then_release, args=(stamp,), daemon=True).start()

    def close(self) -> None:
        """Close the index once no request uses it."""
        with self._opening:
            self._replace(None)

    def _open_then_release(self, stamp: Stamp | None) -> None:
        try:
            if self._held is None or self._held.stamp != stamp:
                self._open(stamp)
        finally:
            self._opening.release()

    def _open(self, stamp: Stamp | None) -> None:
        started = time.monotonic()
        try:
            searcher = self._opener(self.index, self._model, self._reranker)
        except (YibaoError, OSError) as error:
            self.failure = error.told if isinstance(error, YibaoError) else str(error)
            self._failed_stamp, self._failed_at = stamp, time.monotonic()
            log.warning("the index cannot be opened: %s", error)
            return
        _warm_up(searcher)
        self.failure = None
        self._replace(_Held(searcher, stamp))
        log.info("index %s opened in %.1f s", searcher.build_id, time.monotonic() - started)

    def _replace(self, new: _Held | None) -> None:
        with self._counting:
            old, self._held = self._held, new
            if old is not None:
                old.retired = True
            idle = old is not None and old.users == 0
        if old is not None and idle:
            old.searcher.close()

    def _give_back(self, held: _Held) -> None:
        with self._counting:
            held.users -= 1
            last = held.retired and held.users == 0
        if last:
            held.searcher.close()

    def _worth_trying(self, stamp: Stamp | None) -> bool:
        return stamp != self._failed_stamp or time.monotonic() - self._failed_at >= RETRY_SECONDS


def _warm_up(searcher: Searcher) -> None:
    """Ask once, so that the dictionary and the model are loaded before the first visitor asks."""
    try:
        searcher.search("医保个人账户余额", k=1)
    except YibaoError as error:
        log.warning("the first search failed: %s", error)
