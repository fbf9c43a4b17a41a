"""Where the data that ships with the project lies."""

from pathlib import Path

#: Domain words, synonyms, regions. Installed, `corpus` lies beside `ingest` just as in the checkout.
LEXICON = Path(__file__).resolve().parent.parent / "corpus" / "lexicon"
