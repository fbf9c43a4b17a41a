"""A question as it is understood: one spelling for what people write in many ways."""

import re

from index.folding import fold

_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Folded (NFKC, lower case, Simplified), with single spaces."""
    return _SPACE.sub(" ", fold(text)).strip()
