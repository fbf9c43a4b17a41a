"""The manifest: what an index was made from and with, and the checksums of its files."""

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import IndexUnusableError

#: Version of the layout on disk. Raise it with every change that an older reader would misread.
FORMAT_VERSION = 7
FILE_NAME = "manifest.json"

#: Files up to this size are read whole whenever an index is opened: a tenth of a second for a hundred megabytes.
_WHOLE = 64 << 20
#: Of larger ones, so many pieces of such a size are read at opening, evenly from the first byte to the last.
_PIECES, _PIECE = 64, 64 << 10


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
    dense_recall  share of the ten best passages that a dense search finds, 0..1; None without a model
    counts        articles, passages, passages by kind
    checksums     SHA-256 by file name
    samples       SHA-256 of size and of pieces, by name, of files too large to be read whole at every opening
    report        what ingest read, left out and why
    """

    build_id: str
    created: str
    source: str
    words: str
    model: ModelStamp | None
    dense_recall: float | None
    counts: dict[str, int]
    checksums: dict[str, str]
    samples: dict[str, str]
    report: dict[str, Any]
    format_version: int = FORMAT_VERSION

    def write(self, folder: Path) -> None:
        content = asdict(self)
        text = json.dumps(
            content | {"own_checksum": _own(content)}, ensure_ascii=False, indent=1, sort_keys=True
        )
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read and check a manifest. Raises IndexUnusableError naming what is wrong and the cure."""
        path = folder / FILE_NAME
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version = content["format_version"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexUnusableError(f"{path} is missing or damaged ({error}); {cure(folder)}") from None
        if version != FORMAT_VERSION:
            raise IndexUnusableError(
                f"{folder} has index format {version}, this program reads {FORMAT_VERSION}; {cure(folder)}"
            )
        if content.pop("own_checksum", None) != _own(content):
            raise IndexUnusableError(f"{path} is damaged: its checksum is wrong; {cure(folder)}")
        try:
            model = content.pop("model")
            manifest = cls(model=ModelStamp(**model) if model else None, **content)
        except (KeyError, TypeError) as error:
            raise IndexUnusableError(f"{path} is damaged ({error}); {cure(folder)}") from None
        if manifest.build_id != folder.name:
            raise IndexUnusableError(
                f"{path} belongs to build {manifest.build_id}, not to {folder.name}; {cure(folder)}"
            )
        return manifest

    def verify(self, folder: Path, *, whole: bool = False) -> None:
        """Compare files with their checksums; large ones only in pieces, unless `whole`.

        Raises IndexUnusableError naming the first that differs.
        """
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            names = sorted(self.checksums)
            for name, problem in zip(
                names, pool.map(lambda n: self._problem(folder, n, whole), names), strict=True
            ):
                if problem:
                    raise IndexUnusableError(f"{folder / name} {problem}; {cure(folder)}")

    def _problem(self, folder: Path, name: str, whole: bool) -> str | None:
        expected, digest = self.checksums[name], checksum
        if not whole and name in self.samples:
            expected, digest = self.samples[name], _sample
        try:
            found = digest(folder / name)
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return None if found == expected else "is damaged: its checksum differs from the manifest's"


def cure(build: Path) -> str:
    """The command that replaces a build."""
    return f"run `yibao rebuild-index --full --index {build.parent}` to build it anew"


def _own(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sample(path: Path) -> str:
    """SHA-256 of a file's size and of evenly spread pieces, the first and the last bytes among them."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for piece in range(_PIECES):
            file.seek((size - _PIECE) * piece // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return digest.hexdigest()


def checksums(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """(checksums, samples), as a manifest holds them, of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE_NAME)
    large = [path for path in files if path.stat().st_size > _WHOLE]

    def digests(paths: list[Path], digest: Callable[[Path], str]) -> dict[str, str]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            names = (path.relative_to(folder).as_posix() for path in paths)
            return dict(zip(names, pool.map(digest, paths), strict=True))

    return digests(files, checksum), digests(large, _sample)
