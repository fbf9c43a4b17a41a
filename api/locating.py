"""Where the index lies, as settings and the index folder say: in the folder, or in Milvus."""

from pathlib import Path

from index.milvus.location import MilvusLocation
from index.opening import IndexLocation
from ingest.errors import BadInputError

from .settings import Backend, Settings


def located(settings: Settings, index: Path | None = None) -> IndexLocation:
    """What to open: the folder given, or that of the settings, or the index in Milvus.

    Raises BadInputError where the settings say that the index is local and the folder that it is not.
    """
    folder = index or settings.index
    pointed = MilvusLocation.read(folder, _token(settings))
    if settings.backend == "milvus":
        return _in_milvus(settings)
    if settings.backend == "local" and pointed is not None:
        raise BadInputError(
            f"the backend is set to local, and the last rebuild of {folder} went to Milvus; leave YIBAO_BACKEND out, "
            f"or run `yibao rebuild-index --backend local --index {folder}`"
        )
    # The folder itself follows whatever later rebuilds do; but the token that only the settings hold is not in it.
    return pointed if pointed is not None and settings.milvus_token else folder


def destination(settings: Settings, folder: Path, backend: Backend | None = None) -> MilvusLocation | None:
    """Where in Milvus a rebuild puts its build; None for the folder itself."""
    backend = backend or settings.backend
    if backend == "milvus":
        return _in_milvus(settings)
    return None if backend == "local" else MilvusLocation.read(folder, _token(settings))


def _in_milvus(settings: Settings) -> MilvusLocation:
    return MilvusLocation(
        settings.milvus_uri,
        settings.milvus_collection,
        _token(settings),
        settings.milvus_database,
        settings.milvus_timeout,
    )


def _token(settings: Settings) -> str:
    return settings.milvus_token.get_secret_value() if settings.milvus_token else ""
