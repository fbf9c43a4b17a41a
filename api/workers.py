"""What the workers of one `yibao serve` share: a folder for counters and rates, removed when the service ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where prometheus_client keeps the counters of every process; read by it when it is imported.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def shared_folder() -> Path | None:
    """The folder; None where one process serves alone."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


@contextmanager
def sharing(workers: int) -> Iterator[None]:
    """Give the processes started inside a folder to share, if there are several; one that is named already stays."""
    if workers == 1 or shared_folder() is not None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="yibao-serve-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]
