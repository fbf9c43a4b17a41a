"""The files of a corpus as a rebuild sees them: what there is, and whether anything has changed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import corpus
from ingest.corpus import SourceFile
from ingest.data import LEXICON
from ingest.errors import BadInputError
from ingest.field_mapping import FieldMapping


@dataclass(frozen=True, slots=True)
class Sources:
    """Files of the corpus folders.

    hashes    content hash by name; "" for a file that cannot be read, which its reader reports
    skipped   name → reason, of files that are not looked into
    """

    files: tuple[SourceFile, ...]
    hashes: dict[str, str]
    skipped: dict[str, str]
    mapping: FieldMapping | None

    @classmethod
    def find(
        cls,
        folders: Sequence[Path],
        mapping: FieldMapping | None,
        told: Callable[[int], None],
    ) -> "Sources":
        """Find and hash the files; `told` hears how many there are.

        Raises NotFoundError for a missing folder, BadInputError where there is no file to read.
        """
        found = corpus.scan(folders)
        if not found.files:
            listed = ", ".join(map(str, folders))
            raise BadInputError(f"no articles in {listed}: put .txt, .html, .md, .jsonl or .csv files there")
        told(len(found.files))
        return cls(found.files, {f.name: _hash(f.path) for f in found.files}, found.skipped, mapping)

    @property
    def reading_version(self) -> str:
        """Changes with whatever turns the same file into other passages: code, data, and the mapping of fields."""
        digest = hashlib.sha256(repr(self.mapping).encode())
        for path in [*sorted(Path(corpus.__file__).parent.rglob("*.py")), *sorted(LEXICON.glob("*.tsv"))]:
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """Changes with any file, and with the way files are read."""
        digest = hashlib.sha256(self.reading_version.encode())
        for name, value in [*sorted(self.hashes.items()), *sorted(self.skipped.items())]:
            digest.update(f"\n{name}\0{value}".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def _hash(path: Path) -> str:
    try:
        return corpus.hash_content(path.read_bytes())
    except OSError:
        return ""
