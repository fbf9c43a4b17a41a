"""Question → ranked passages."""

from .response import Result, SearchResponse
from .searcher import Searcher

__all__ = ["Result", "SearchResponse", "Searcher"]
