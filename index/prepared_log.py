"""What was made of files by a build that has not finished, so that the next one goes on from there.

Records are added at the end of one file. What a dying process has written stays; what a power cut damages is found out
by its checksum.
"""

import zlib
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from .preparation import Prepared, PreparedFile

#: Of a record: the length of its head, the length of what follows, the checksum of both.
_LENGTHS = (4, 8, 4)


class _Record(NamedTuple):
    """Where a record lies, and the (name, content hash, length, passages) of its files."""

    place: int
    head: int
    body: int
    checksum: int
    files: list[tuple[str, str, int, int]]


class PreparedLog:
    """Records of one version of what makes them; those of another are thrown away, and with `anew` all."""

    def __init__(self, path: Path, version: str, *, anew: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file: IO[bytes] = path.open("ab+")
        self._records: list[_Record] = []
        first = f"{version}\n".encode()
        self._file.seek(0)
        if anew or self._file.read(len(first)) != first:
            self._file.truncate(0)
            self._file.write(first)
        else:
            self._scan()

    def _scan(self) -> None:
        """Find the whole records; nothing is kept behind them."""
        place, end = self._file.tell(), self._path.stat().st_size
        while record := self._record(place, end):
            self._records.append(record)
            place = record.place + record.head + record.body
        self._file.truncate(place)

    def _record(self, place: int, end: int) -> _Record | None:
        self._file.seek(place)
        head, body, checksum = (int.from_bytes(self._file.read(length), "little") for length in _LENGTHS)
        place += sum(_LENGTHS)
        if not head or place + head + body > end:
            return None
        try:
            return _Record(place, head, body, checksum, orjson.loads(self._file.read(head)))
        except orjson.JSONDecodeError:
            return None

    def files(self) -> list[list[tuple[str, str]]]:
        """(name, content hash) of the files of each record that was found, those that could not be used left out."""
        return [[(name, content_hash) for name, content_hash, *_ in record.files] for record in self._records]

    def read(self, number: int) -> Prepared | None:
        """A record that was found; None where it is damaged."""
        place, head, body, checksum, files = self._records[number]
        self._file.seek(place)
        content = self._file.read(head + body)
        if zlib.crc32(content) != checksum:
            return None
        prepared = []
        for name, content_hash, length, passages in files:
            prepared.append(
                PreparedFile(name, content_hash, content[head : head + length], False, False, passages)
            )
            head += length
        return Prepared(prepared, content[head:])

    def add(self, prepared: Prepared) -> None:
        """Keep what was made, except of files that could not be used, which are tried again each time."""
        files = [file for file in prepared.files if not file.failed]
        if not files:
            return
        head = orjson.dumps(
            [(file.name, file.content_hash, len(file.content), file.passages) for file in files]
        )
        pieces = [*(file.content for file in files), prepared.parts]
        checksum = zlib.crc32(head)
        for piece in pieces:
            checksum = zlib.crc32(piece, checksum)
        numbers = len(head), sum(map(len, pieces)), checksum
        lengths = [
            number.to_bytes(length, "little") for number, length in zip(numbers, _LENGTHS, strict=True)
        ]
        self._file.writelines([*lengths, head, *pieces])
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        """Forget everything, once a build holds it."""
        self.close()
        self._path.unlink(missing_ok=True)
