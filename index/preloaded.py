"""Imported by the process that workers are forked from: what takes long to load is loaded once, and shared by them."""

from ingest.facts.region import mentions

from . import preparation, words
from .embedder import load_embedder
from .static_model import BUNDLED, StaticModel

__all__ = ["preparation"]

words.segmenter()
mentions("")
if BUNDLED.is_dir() and isinstance(model := load_embedder(), StaticModel):
    model.expect_many()
