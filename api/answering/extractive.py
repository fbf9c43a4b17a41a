"""The answer without a model: the sentence that answers, word for word, citing its passage."""

from search import SearchResponse

from .certainty import is_uncertain


def quote(response: SearchResponse) -> str:
    """The sentence that answers, followed by the number of its passage; the first passage where no sentence stands out.

    `response` must be answerable.
    """
    best = response.results[0].passage
    sentence = response.answer.text if response.answer else best.text
    return f"{sentence} [1]"


def doubts(response: SearchResponse) -> list[str]:
    """What must be said of the quoted sentence."""
    if not is_uncertain(response):
        return []
    return [
        f"read the passage: this sentence may not answer the question (confidence {response.confidence:.2f})"
    ]
