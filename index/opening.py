"""Open whatever backend an index lies in, and notice when a new build is live there."""

from collections.abc import Hashable
from pathlib import Path

from ingest.errors import IndexUnusableError

from . import generations
from .backend import Backend
from .local import LocalBackend
from .milvus.location import MilvusLocation

#: An index folder, whose builds lie in it or, if it says so, in Milvus; or an index in Milvus.
IndexLocation = Path | MilvusLocation


def open_index(index: IndexLocation) -> Backend:
    """The live build of an index.

    Raises NotFoundError if there is none, IndexUnusableError if it is damaged or Milvus does not answer.
    """
    milvus = _in_milvus(index)
    if milvus is not None:
        from .milvus.backend import MilvusBackend  # noqa: PLC0415 - slow to load

        return MilvusBackend.open(milvus)
    assert isinstance(index, Path)  # noqa: S101 - any other location is one in Milvus
    while True:
        build_id = generations.current(index)
        try:
            return LocalBackend.open(index / build_id)
        except IndexUnusableError:
            # Two rebuilds while it was being opened have removed it: the newest one is there.
            if generations.current(index) == build_id:
                raise


def live_stamp(index: IndexLocation) -> Hashable:
    """What changes whenever another build becomes the live one; None while there is none.

    Never waits for Milvus, except at the first time: what it said some seconds ago is returned, and it is asked again
    beside.
    """
    try:
        milvus = _in_milvus(index)
    except IndexUnusableError:
        return None
    if milvus is not None:
        from .milvus.watch import watched  # noqa: PLC0415 - slow to load

        return watched(milvus).live()
    assert isinstance(index, Path)  # noqa: S101 - any other location is one in Milvus
    try:
        found = (index / "CURRENT").stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _in_milvus(index: IndexLocation) -> MilvusLocation | None:
    return index if isinstance(index, MilvusLocation) else MilvusLocation.read(index)
