"""Scraped text made harmless for a terminal."""

import re

# Control characters can recolour or rewrite a terminal, and bidi marks can reverse what stands beside them.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """The text with each control and bidi character replaced by a space, so that offsets stay true."""
    return _UNSAFE.sub(" ", text)
