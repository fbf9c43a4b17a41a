"""Models of sentence-transformers by folder or by name on a hub."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.errors import BadInputError


def names_missing_folder(name: str) -> bool:
    """Whether a name can only be a folder, and there is none."""
    return name.startswith((".", "/", "~")) and not Path(name).is_dir()


def load_named(load: Callable[[str, bool], Any], name: str, what: str, cure: str) -> Any:
    """`load(name, local_files_only)`; a folder is loaded offline.

    Raises BadInputError that names the model, `what` it is for, and the `cure`, if it cannot be loaded.
    """
    local = Path(name).is_dir()
    if local:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        return load(name, local)
    except Exception as error:  # noqa: BLE001 - hubs, files and model code fail in too many ways to list
        raise BadInputError(
            f"the {what} {name!r} cannot be loaded ({type(error).__name__}: {error}); {cure}"
        ) from None
