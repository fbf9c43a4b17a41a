"""The manifest: what an index was made from and with, and the checksums of its files."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import IndexUnusableError

#: Version of the layout on disk. Raise it with every change that an older reader would misread.
FORMAT_VERSION = 2
FILE_NAME = "manifest.json"
_CURE = "run `yibao rebuild-index --full` to build it anew"


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """The embedding model an index was made with. `name` is what loads it; "" means the bundled one."""

    name: str
    dimension: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What lies beside an index's files and tells whether this program may read them.

    created       ISO time, UTC
    source        fingerprint of every source file, name and content
    words         fingerprint of the segmenter's dictionary and of the rules that make terms
    counts        articles, passages, passages by kind
    checksums     SHA-256 by file name
    report        what ingest read, left out and why
    """

    build_id: str
    created: str
    source: str
    words: str
    model: ModelStamp | None
    counts: dict[str, int]
    checksums: dict[str, str]
    report: dict[str, Any]
    format_version: int = FORMAT_VERSION

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read and check a manifest. Raises IndexUnusableError naming what is wrong and the cure."""
        path = folder / FILE_NAME
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version = content["format_version"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusableError(f"{path} is missing or damaged ({error}); {_CURE}") from None
        if version != FORMAT_VERSION:
            raise IndexUnusableError(
                f"{folder} has index format {version}, this program reads {FORMAT_VERSION}; {_CURE}"
            )
        try:
            model = content.pop("model")
            return cls(model=ModelStamp(**model) if model else None, **content)
        except TypeError as error:
            raise IndexUnusableError(f"{path} is damaged ({error}); {_CURE}") from None

    def verify(self, folder: Path) -> None:
        """Compare every file with its checksum. Raises IndexUnusableError naming the first that differs."""
        for name, expected in sorted(self.checksums.items()):
            path = folder / name
            try:
                found = checksum(path)
            except OSError as error:
                raise IndexUnusableError(f"{path} cannot be read ({error.strerror}); {_CURE}") from None
            if found != expected:
                raise IndexUnusableError(
                    f"{path} is damaged: its checksum differs from the manifest's; {_CURE}"
                )


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by name relative to it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE_NAME)
    return {path.relative_to(folder).as_posix(): checksum(path) for path in files}
