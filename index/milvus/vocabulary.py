"""The vocabulary of an index among a build's documents: terms, and in how many passages each occurs."""

import json

import numpy as np

from index.vocabulary import Vocabulary
from index.word_list import WordList

from .documents import Documents

_PLAIN, _FREQUENCIES, _WORDS = KEYS = ("vocabulary/plain", "vocabulary/frequencies", "vocabulary/words")


def write(documents: Documents, vocabulary: Vocabulary) -> None:
    """Store a vocabulary."""
    words = json.dumps({"size": vocabulary.size, "words": list(vocabulary.words)}, ensure_ascii=False)
    documents.put(
        [
            (_PLAIN, vocabulary.plain.astype("<i8").tobytes()),
            (_FREQUENCIES, np.diff(vocabulary.starts).astype("<i8").tobytes()),
            (_WORDS, words.encode("utf-8", "surrogatepass")),
        ]
    )


def read(documents: Documents) -> Vocabulary:
    """The vocabulary of a build. Raises KeyError or ValueError where it is missing or damaged."""
    found = documents.get(*KEYS)
    content = json.loads(found[_WORDS].decode("utf-8", "surrogatepass"))
    frequencies = np.frombuffer(found[_FREQUENCIES], "<i8")
    starts = np.concatenate([[0], np.cumsum(frequencies)])
    words = WordList.of(content["words"])
    return Vocabulary(np.frombuffer(found[_PLAIN], "<i8"), words, starts, content["size"])
