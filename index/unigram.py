"""Unigram tokenisation of many texts at once: the token ids of the `tokenizers` library, some five times faster.

The most probable cut of a word into pieces is found by dynamic programming (Kudo, "Subword regularization", 2018, 3.2),
here for all words of many texts in step: first every word's first character, then every word's second, so that each
step is a few operations on arrays. What a character becomes and where words end is asked of the library, once for each
character; texts that need more than a look at single characters are left to it.
"""

import json
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Of the tokenizer's file: what is read here in place of the library.
_NORMALIZERS = ["NFKC", "Lowercase"]
_PRE_TOKENIZERS = ["WhitespaceSplit", "Punctuation"]
#: Pieces are at most so long, each character numbered in so many bits.
_LONGEST, _BITS = 4, 15
#: An unknown character costs so much more than the least probable piece, as in the library.
_UNKNOWN_PENALTY = 10.0
#: Texts tokenised at a time: some megabytes.
_BATCH = 2048
#: A slot of a table without a key.
_FREE = np.int64(-1)
#: Into how many parts a character between two letters parts them.
_WORD, _SPACE = 1, 2
#: A character that may join the one before it, or that Python does not know yet.
_MAY_COMBINE = {"Mn", "Mc", "Me", "Cn"}
_HANGUL_PARTS = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


class Unigram:
    """Tokenises as the library does, by its own tokenizer and what that one's file holds."""

    def __init__(self, tokenizer: Any, content: dict[str, Any]) -> None:
        self._tokenizer = tokenizer
        vocabulary = content["model"]["vocab"]
        self._unknown = int(content["model"]["unk_id"])
        self._added = [token["content"] for token in content["added_tokens"]]
        pieces = [(piece, n) for n, (piece, _) in enumerate(vocabulary) if piece not in self._added]
        self._characters = np.zeros(0x110000, np.int64)  # numbers of the characters that pieces are made of
        distinct = np.asarray(sorted({ord(c) for piece, _ in pieces for c in piece}))
        self._characters[distinct] = np.arange(1, len(distinct) + 1)
        self._table = _Table(
            np.asarray([self._key(piece) for piece, _ in pieces]), np.asarray([n for _, n in pieces])
        )
        scores = [score for _, score in vocabulary]
        # The last two: of a character that is no piece, and of what is no piece.
        self._scores = np.asarray([*scores, min(scores) - _UNKNOWN_PENALTY, -np.inf])
        #: What becomes of a character, by its code; nothing while it was not met.
        self._plain = np.zeros(0x110000, np.uint32)
        self._kinds = np.zeros(0x110000, np.uint8)
        self._expanded: dict[int, str] = {}
        self._met, self._expands, self._left_out = (np.zeros(0x110000, np.bool_) for _ in range(3))

    @classmethod
    def of(cls, tokenizer: Any) -> "Unigram | None":
        """None for a tokenizer that this file does not know how to replace."""
        content = json.loads(tokenizer.to_str())
        model, normalizer, pre = content["model"], content["normalizer"] or {}, content["pre_tokenizer"] or {}
        known = (
            model["type"] == "Unigram"
            and model.get("unk_id") is not None
            and not model.get("byte_fallback")
            and all(
                len(piece) <= _LONGEST for n, (piece, _) in enumerate(model["vocab"]) if n != model["unk_id"]
            )
            and [each["type"] for each in normalizer.get("normalizers", [])] == _NORMALIZERS
            and [each["type"] for each in pre.get("pretokenizers", [])] == _PRE_TOKENIZERS
            and pre["pretokenizers"][1]["behavior"] == "Isolated"
        )
        return cls(tokenizer, content) if known else None

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """Token ids of each text."""
        found: list[NDArray[np.int64]] = []
        for start in range(0, len(texts), _BATCH):
            found += self._batch(texts[start : start + _BATCH])
        return found

    def _batch(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        joined = "\n".join(text.replace("\n", " ") for text in texts)
        codes = _codes(joined)
        self._meet(codes)
        odd: set[int] = set()
        if self._left_out[codes].any() or any(token in joined for token in self._added):
            odd = {n for n, text in enumerate(texts) if self._is_odd(text)}
            joined = "\n".join("" if n in odd else text.replace("\n", " ") for n, text in enumerate(texts))
        for code in set(codes[self._expands[codes]].tolist()):
            joined = joined.replace(chr(code), self._expanded[code])
        plain = self._plain[_codes(joined)]
        ids, ends = self._tokenize(plain)
        found = np.split(ids, np.searchsorted(ends, np.flatnonzero(plain == ord("\n"))))
        for n in odd:
            found[n] = np.asarray(self._tokenizer.encode(texts[n], add_special_tokens=False).ids, np.int64)
        return found

    def _is_odd(self, text: str) -> bool:
        """Whether a text is left to the library."""
        return bool(self._left_out[_codes(text)].any()) or any(token in text for token in self._added)

    def _meet(self, codes: NDArray[np.uint32]) -> None:
        """Learn what becomes of characters that were not met before."""
        normalize = self._tokenizer.normalizer.normalize_str
        for code in set(codes[~self._met[codes]].tolist()):
            character = chr(code)
            plain = normalize(character)
            self._plain[code], self._met[code] = code, True
            if not plain or plain != normalize(plain) or any(map(_may_combine, character + plain)):
                self._left_out[code] = True
                continue
            if len(plain) == 1:
                self._plain[code] = ord(plain)
            else:
                self._expanded[code], self._expands[code] = plain, True
            for each in map(ord, plain):
                self._plain[each] = each
                parts = self._tokenizer.pre_tokenizer.pre_tokenize_str(f"a{chr(each)}a")
                self._kinds[each] = len(parts)

    def _key(self, piece: str) -> int:
        key = 0
        for number in self._characters[_codes(piece)].tolist():
            key = key << _BITS | number
        return key

    def _tokenize(self, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(ids of all tokens, positions of their last characters) in order."""
        kinds = self._kinds[codes]
        places = np.flatnonzero(kinds != _SPACE)
        if not len(places):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        kinds = kinds[places]
        first = np.ones(len(places), np.bool_)
        first[1:] = (kinds[1:] != _WORD) | (kinds[:-1] != _WORD) | (np.diff(places) > 1)
        starts = np.flatnonzero(first)
        lengths = np.diff(starts, append=len(places))
        inside = np.arange(len(places)) - np.repeat(starts, lengths)
        pieces = self._pieces(self._characters[codes[places]], inside)
        chosen = _cut(self._scores, pieces, lengths, inside)
        last = np.flatnonzero(chosen)
        ids = pieces[chosen[last] - 1, last].astype(np.int64)
        # An unknown character is known by its score; several in a row are one token.
        unknown = ids == len(self._scores) - 2
        ids[unknown] = self._unknown
        repeated = np.zeros(len(ids), np.bool_)
        repeated[1:] = unknown[1:] & unknown[:-1] & (inside[last[1:]] > 0)
        return ids[~repeated], places[last[~repeated]]

    def _pieces(self, numbers: NDArray[np.int64], inside: NDArray[np.int64]) -> NDArray[np.int32]:
        """Ids of the pieces of 1 to 4 characters that end with each character, int32 `[4, characters]`."""
        found = np.full((_LONGEST, len(numbers)), len(self._scores) - 1, np.int32)
        keys = numbers
        found[0] = self._table.look_up(keys, len(self._scores) - 2)
        known = numbers > 0
        for more in range(1, _LONGEST):
            # The key of what ends here is that of what ended one character before with this one behind it.
            keys = np.concatenate([[0], keys[:-1]]) << _BITS | numbers
            known[more:] &= numbers[:-more] > 0
            sought = np.flatnonzero(known & (inside >= more))
            found[more, sought] = self._table.look_up(keys[sought], len(self._scores) - 1)
        return found


def _cut(
    scores: NDArray[np.float64],
    pieces: NDArray[np.int32],
    lengths: NDArray[np.int64],
    inside: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """For the last character of each token of the best cut, the token's length; 0 for other characters.

    Everything is laid out step by step: the first characters of all words, longest word first, then the second ones.
    """
    longest_first = np.argsort(-lengths, kind="stable")
    in_step = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(1, lengths.max() + 1))
    begins = np.concatenate([[0], np.cumsum(in_step)])
    rank = np.empty(len(lengths), np.int64)
    rank[longest_first] = np.arange(len(lengths))
    place = begins[inside] + np.repeat(rank, lengths)
    laid = np.empty_like(pieces)
    laid[:, place] = pieces
    gains = scores[laid]
    chosen = np.zeros(len(place), np.uint8)
    # best[step] are the scores of the best cuts that end there; the first stands for nothing cut yet.
    best = [np.zeros(len(lengths))]
    for step, (begin, end) in enumerate(pairwise(begins.tolist())):
        count = end - begin
        # Longer pieces first, and shorter ones only where they are better, as in the library.
        top = np.full(count, -np.inf)
        choice = chosen[begin:end]
        for length in range(min(_LONGEST, step + 1), 0, -1):
            sums = best[-length][:count] + gains[length - 1, begin:end]
            better = sums > top
            np.copyto(top, sums, where=better)
            choice[better] = length
        best = [*best[-_LONGEST + 1 :], top]
    _follow_back(chosen, begins, in_step)
    by_place: NDArray[np.uint8] = chosen[place]
    return by_place


def _follow_back(chosen: NDArray[np.uint8], begins: NDArray[np.int64], in_step: NDArray[np.int64]) -> None:
    """Leave the choices of the best cut alone, from each word's last character backwards."""
    counts = [*in_step.tolist(), 0]
    used = np.zeros(len(chosen), np.bool_)
    for step in range(len(in_step) - 1, -1, -1):
        begin, count = int(begins[step]), counts[step]
        now = used[begin : begin + count]
        now[counts[step + 1] :] = True  # the words that end here
        choice = chosen[begin : begin + count]
        choice[~now] = 0
        for length in range(1, min(_LONGEST, step) + 1):
            before = int(begins[step - length])
            used[before : before + count] |= choice == length


class _Table:
    """Ids by key, looked up for many keys at once: a hash table with linear probing."""

    def __init__(self, keys: NDArray[np.int64], ids: NDArray[np.int64]) -> None:
        bits = int(len(keys) * 4).bit_length()
        self._shift, self._mask = np.uint64(64 - bits), (1 << bits) - 1
        self._keys = np.full(1 << bits, _FREE)
        self._ids = np.zeros(1 << bits, np.int32)
        slots = self._slots(keys)
        left = np.arange(len(keys))
        self._probes = 0
        while len(left):
            self._probes += 1
            free = left[self._keys[slots[left]] == _FREE]
            # Of several that want one slot, the last written has it.
            self._keys[slots[free]] = keys[free]
            self._ids[slots[free]] = ids[free]
            left = left[self._keys[slots[left]] != keys[left]]
            slots[left] = (slots[left] + 1) & self._mask

    def _slots(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        return (keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> self._shift).astype(np.int64)

    def look_up(self, keys: NDArray[np.int64], missing: int) -> NDArray[np.int32]:
        slots = self._slots(keys)
        met = self._keys[slots]
        found = np.where(met == keys, self._ids[slots], np.int32(missing))
        left = np.flatnonzero((met != keys) & (met != _FREE))
        for _ in range(self._probes - 1):
            slots[left] = (slots[left] + 1) & self._mask
            met = self._keys[slots[left]]
            hit = met == keys[left]
            found[left[hit]] = self._ids[slots[left[hit]]]
            left = left[~hit & (met != _FREE)]
            if not len(left):
                break
        return found


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _may_combine(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character) in _MAY_COMBINE or any(a <= code <= b for a, b in _HANGUL_PARTS)
