"""Cited answers: a model writes from the passages found, or the sentence that answers is quoted."""
