"""Builds the keyword leg from postings of a few files at a time, and from what the build before holds of other files.

Postings wait in a file, and are sorted in blocks of neighbouring terms, so that memory does not grow with the corpus.
Terms are numbered in sorted order (characters, pairs, then words), so that two builds are the same to the byte.
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import ArrayWriter, save
from .held_postings import ROW_BITS, HeldPostings, KeptPostings
from .keyword import K1, B
from .postings import MOST, Postings, first_of_runs
from .term_keys import FIRST_WORD
from .vocabulary import inverse_document_frequency
from .word_list import WordList

#: Postings of texts sorted at a time, eight bytes each; and so many joined with those of the build before and scored.
_BLOCK, _JOINED = 1 << 24, 1 << 19
#: A posting to be sorted is one number: its term, from the first of its block on, its row, and its count in the lowest
#: bits. A term takes as much room in a block as so many postings, so that its number fits.
_COUNT_BITS, _TERM = 8, 4
_TERM_PLACE = ROW_BITS + _COUNT_BITS
#: Keys of terms collected before they are made distinct.
_COLLECTED = 1 << 22

#: Files of postings, in order of the terms; the index reads the scores, the next build the counts.
_POSTINGS = (("data", np.float32), ("indices", np.int32), ("counts", np.uint8))

_EMPTY = np.empty(0, np.int64)


class KeywordBuilder:
    """Takes the postings of texts, and writes the index of them all into a new folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._waiting = _Waiting(folder)
        self._chunks: list[_Chunk] = []
        self._words = _Numbers()
        self._plain: list[NDArray[np.int64]] = [_EMPTY]
        self._lengths: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
        self._held: tuple[HeldPostings, NDArray[np.int32]] | None = None
        self._before: KeptPostings | None = None

    def add(self, postings: Postings, rows: NDArray[np.int32]) -> None:
        """Take the postings of texts that are the rows given, ascending."""
        plain = int(np.searchsorted(postings.keys, FIRST_WORD))
        keys = postings.keys.copy()
        keys[plain:] = list(map(self._words.__getitem__, postings.words))
        self._chunks.append(_Chunk(self._waiting.size, len(keys), plain, len(postings.texts), rows))
        for array in (keys, postings.sizes, postings.texts, postings.counts):
            self._waiting.add(array)
        # A view would keep in memory whatever it is a view of.
        self._lengths.append((rows, postings.lengths.copy()))
        self._plain.append(keys[:plain])
        if sum(map(len, self._plain)) > _COLLECTED:
            self._plain = [_distinct(self._plain)]

    def take_over(self, held: HeldPostings, rows: NDArray[np.int32]) -> None:
        """Take what another index holds of the rows that are to be `rows[old]`, ascending; -1 for one that is gone."""
        self._held = held, rows
        kept = np.flatnonzero(rows >= 0)
        self._lengths.append((rows[kept], held.lengths[kept]))

    def write(self) -> None:
        """Write the index; what was taken is used up."""
        lengths = np.zeros(sum(len(rows) for rows, _ in self._lengths), np.int32)
        for rows, its in self._lengths:
            lengths[rows] = its
        plain, words = self._plain, {*self._words}
        if self._held is not None:
            self._before = KeptPostings(*self._held)
            plain = [*plain, self._before.plain]
            words |= {*self._before.words}
        keys, ordered = _distinct(plain), sorted(words)
        frequencies, numbered = self._number(keys, ordered)
        indptr = np.concatenate([[0], np.cumsum(frequencies)])
        idf = inverse_document_frequency(len(lengths), frequencies).astype(np.float32)
        saturation = _saturation(lengths)
        data, indices, held = (ArrayWriter(self._folder / f"{name}.npy", dtype) for name, dtype in _POSTINGS)
        for first, last, rows, counts in self._blocks(indptr, numbered):
            scores = np.repeat(idf[first:last], frequencies[first:last]) * counts
            scores /= saturation[rows] + counts
            data.add(scores)
            indices.add(rows)
            held.add(counts)
        for file in (data, indices, held):
            file.finish()
        for waiting in (numbered, self._waiting):
            waiting.close()
        for name, array in (("indptr", indptr), ("keys", keys), ("lengths", lengths)):
            save(self._folder / f"{name}.npy", array)
        WordList.of(ordered).save(self._folder)

    def _number(self, keys: NDArray[np.int64], words: Sequence[str]) -> tuple[NDArray[np.int64], "_Waiting"]:
        """In how many rows each term occurs, and the numbers of each chunk's terms."""
        number_of = {word: number for number, word in enumerate(words, len(keys))}
        of_words = np.fromiter(map(number_of.__getitem__, self._words), np.int64, len(self._words))
        frequencies = np.zeros(len(keys) + len(words), np.int64)
        numbered = _Waiting(self._folder)
        for chunk in self._chunks:
            own = self._waiting.read(chunk.keys, np.int64, chunk.terms)
            numbers = np.concatenate(
                [np.searchsorted(keys, own[: chunk.plain]), of_words[own[chunk.plain :]]]
            )
            frequencies[numbers] += self._waiting.read(chunk.sizes, np.uint16, chunk.terms)
            numbered.add(numbers.astype(np.int32))
        if self._before is not None:
            frequencies[self._before.number(keys, number_of)] += self._before.frequencies
        return frequencies, numbered

    def _blocks(
        self, indptr: NDArray[np.int64], numbered: "_Waiting"
    ) -> Iterator[tuple[int, int, NDArray[np.int32], NDArray[np.uint8]]]:
        """(first term, the one behind the last, rows, counts) of the postings of neighbouring terms, in order."""
        for first, last, packed in self._sorted(indptr, numbered):
            bounds = _bounds(indptr[first : last + 1] - indptr[first], _JOINED)
            places = np.searchsorted(packed, bounds << _TERM_PLACE).tolist()
            for (start, stop), span in zip(pairwise(bounds.tolist()), pairwise(places), strict=True):
                some = packed[slice(*span)]
                rows, counts = (some >> _COUNT_BITS).astype(np.int32), (some & MOST).astype(np.uint8)
                if self._before is not None:
                    # Behind the term, a row: as the numbers of the postings that these are put among.
                    order = (some >> _COUNT_BITS) - (start << ROW_BITS)
                    rows, counts = self._before.joined(first + start, first + stop, order, rows, counts)
                yield first + start, first + stop, rows, counts
            if self._before is not None:
                self._before.let_go()

    def _sorted(
        self, indptr: NDArray[np.int64], numbered: "_Waiting"
    ) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
        """(first term, the one behind the last, postings as numbers, ascending) of all texts, many terms at a time."""
        bounds = _bounds(indptr, _BLOCK)
        pieces = self._pieces(bounds, numbered)
        for block, (first, last) in enumerate(pairwise(bounds.tolist())):
            packed = np.empty(
                sum(int(piece.postings[block + 1] - piece.postings[block]) for piece in pieces), np.int64
            )
            end = 0
            for piece in pieces:
                start, end = end, end + int(piece.postings[block + 1] - piece.postings[block])
                if start < end:
                    self._pack(packed[start:end], piece, block, first, numbered)
            packed.sort()
            yield first, last, packed

    def _pieces(self, bounds: NDArray[np.int64], numbered: "_Waiting") -> list["_Piece"]:
        found, place = [], 0
        for chunk in self._chunks:
            numbers = numbered.read(place, np.int32, chunk.terms)
            sizes = self._waiting.read(chunk.sizes, np.uint16, chunk.terms)
            terms = np.searchsorted(numbers, bounds)
            postings = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])[terms]
            found.append(_Piece(chunk, place, terms, postings))
            place += numbers.nbytes
        return found

    def _pack(
        self, packed: NDArray[np.int64], piece: "_Piece", block: int, first: int, numbered: "_Waiting"
    ) -> None:
        """Fill in the postings of a chunk's terms that belong to a block, which begins with the term `first`."""
        chunk, posting = piece.chunk, int(piece.postings[block])
        term, last = piece.terms[block : block + 2].tolist()
        numbers = numbered.read(piece.numbers + 4 * term, np.int32, last - term).astype(np.int64) - first
        sizes = self._waiting.read(chunk.sizes + 2 * term, np.uint16, last - term)
        texts = self._waiting.read(chunk.texts + 2 * posting, np.uint16, len(packed))
        packed[:] = np.repeat(numbers << _TERM_PLACE, sizes)
        packed |= (chunk.rows.astype(np.int64) << _COUNT_BITS)[texts]
        packed |= self._waiting.read(chunk.counts + posting, np.uint8, len(packed))


class _Numbers(dict[str, int]):
    """Numbers words as they are looked up."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class _Chunk(NamedTuple):
    """Where the postings of some texts wait, how many they are, and which rows the texts are.

    keys   place of the keys of terms, `plain` of them characters and pairs, the others numbers of words; the further
           arrays of `Postings` follow
    """

    keys: int
    terms: int
    plain: int
    postings: int
    rows: NDArray[np.int32]

    @property
    def sizes(self) -> int:
        return self.keys + 8 * self.terms

    @property
    def texts(self) -> int:
        return self.sizes + 2 * self.terms

    @property
    def counts(self) -> int:
        return self.texts + 2 * self.postings


class _Piece(NamedTuple):
    """A chunk in blocks: where the numbers of its terms wait, and with which of its terms and postings each begins."""

    chunk: _Chunk
    numbers: int
    terms: NDArray[np.int64]
    postings: NDArray[np.int64]


class _Waiting:
    """Arrays that wait in a file of no name, which is gone with the process."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as this
        self.size = 0

    def add(self, array: NDArray[Any]) -> None:
        self.size += array.nbytes
        self._file.write(np.ascontiguousarray(array).data)

    def read(self, place: int, dtype: type[np.integer[Any]], count: int) -> NDArray[Any]:
        self._file.seek(place)
        return np.frombuffer(self._file.read(count * np.dtype(dtype).itemsize), dtype)

    def close(self) -> None:
        self._file.close()


def _saturation(lengths: NDArray[np.int32]) -> NDArray[np.float32]:
    """What a count of a row is divided by beside itself."""
    average = max(float(lengths.mean()) if len(lengths) else 0.0, 1.0)
    return np.asarray(K1 * (1 - B + B * lengths / average), np.float32)


def _bounds(indptr: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The terms with which blocks of about so many postings begin, and how many terms there are."""
    weights = indptr + _TERM * np.arange(len(indptr))
    begins = np.searchsorted(weights, np.arange(0, weights[-1], size))
    return np.unique(np.append(begins, len(indptr) - 1))


def _distinct(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All keys, each once, ascending."""
    ordered = np.sort(np.concatenate(keys))
    return ordered[first_of_runs(ordered)]
