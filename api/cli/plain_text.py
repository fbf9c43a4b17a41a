"""Scraped text made harmless for a terminal."""

from ingest.characters import DISTURBING


def harmless(text: str) -> str:
    """The text with each control and bidi character replaced by a space, so that offsets stay true."""
    return DISTURBING.sub(" ", text)
