"""Notice a new live build in Milvus without making a request wait for the look."""

import logging
import threading
import time
from functools import lru_cache

from ingest.errors import YibaoError

from . import generations
from .connection import Connection
from .location import MilvusLocation

log = logging.getLogger(__name__)

#: Seconds for which the last look counts.
_LOOK = 2.0


class Watch:
    """Remembers which build was live some seconds ago."""

    def __init__(self, location: MilvusLocation) -> None:
        self._location = location
        self._connection: Connection | None = None
        self._looking = threading.Lock()
        self._seen: str | None = None
        self._looked_at: float | None = None

    def live(self) -> str | None:
        """The live build as last seen; None where none has been seen yet. An old look is renewed beside."""
        if self._looked_at is None:
            with self._looking:
                if self._looked_at is None:
                    self._look()
        elif time.monotonic() - self._looked_at > _LOOK and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look_then_release, daemon=True).start()
        return self._seen

    def _look_then_release(self) -> None:
        try:
            self._look()
        finally:
            self._looking.release()

    def _look(self) -> None:
        try:
            if self._connection is None:
                self._connection = Connection.open(self._location)
            self._seen = generations.find_live(self._connection)
        except YibaoError as error:
            # Who asks the index is told; what was seen last stays.
            log.info("cannot see whether there is a new build: %s", error)
        self._looked_at = time.monotonic()


@lru_cache
def watched(location: MilvusLocation) -> Watch:
    """The one watch of a location in this process."""
    return Watch(location)
