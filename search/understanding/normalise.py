"""A question as it is understood: one spelling for what people write in many ways."""

import re
from functools import lru_cache

from index.folding import fold
from ingest.data import LEXICON

_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    """Variant spelling → standard one, folded; those that folding makes equal are left out."""
    lines = (LEXICON / "variants.txt").read_text(encoding="utf-8").splitlines()
    pairs = (fold(line).split() for line in lines if line and not line.startswith("#"))
    return {variant: standard for variant, standard in pairs if variant != standard}


def normalise(text: str) -> str:
    """Folded (NFKC, lower case, Simplified), variants in their standard spelling, single spaces."""
    text = fold(text)
    for variant, standard in _variants().items():
        text = text.replace(variant, standard)
    return _SPACE.sub(" ", text).strip()
