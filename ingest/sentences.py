"""Where sentences end in Chinese text, and where to cut what has no end for too long."""

import re
from collections.abc import Iterator

# A sentence keeps its closing quotes and brackets.
_SENTENCE = re.compile(r"[^。！？!?…\n]*(?:[。！？!?…]+[”’」』）)】》\"']*|\n|$)")
_CLAUSE_END = re.compile(r"[；;，,、：:\s]")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of `text[start:end]`, in order and without gaps."""
    stop = len(text) if end is None else end
    while start < stop:
        match = _SENTENCE.match(text, start, stop)
        # The pattern matches at least the rest of the text, so every step moves on.
        cut = match.end() if match and match.end() > start else stop
        yield start, cut
        start = cut


def sentences(text: str) -> list[str]:
    """The sentences of a text, stripped, without empty ones."""
    return list(iterate_sentences(text))


def iterate_sentences(text: str) -> Iterator[str]:
    """The same, one by one: most rules know after the first."""
    return (piece for start, end in sentence_spans(text) if (piece := text[start:end].strip()))


def bounded_spans(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Spans of sentences, those over `longest` characters cut after the last clause that fits."""
    for sentence_start, sentence_end in sentence_spans(text, start, end):
        position = sentence_start
        while sentence_end - position > longest:
            cut = _last_clause_end(text, position, position + longest)
            yield position, cut
            position = cut
        yield position, sentence_end


def _last_clause_end(text: str, start: int, limit: int) -> int:
    """The end of the last clause in the second half of the window; the window's end if there is none."""
    for position in range(limit, start + (limit - start) // 2, -1):
        if _CLAUSE_END.match(text, position - 1):
            return position
    return limit
