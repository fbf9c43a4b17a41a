"""Sentences of a passage, as spans: what a highlight marks and an answer quotes."""

import re

from .response import Span

# A sentence ends after 。！？； or at a line break; a closing quote or bracket stays with it.
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;]+[”’」』）)】]*|[^。！？!?；;\n]+")


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of `text`, without surrounding white space, in order."""
    spans = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if end > start:
            spans.append((start, end))
    return spans
