"""The answer without a model: the sentence that answers, word for word, citing its passage."""

from search import SearchResponse


def quote(response: SearchResponse) -> str:
    """The sentence that answers, followed by the number of its passage; the first passage where no sentence stands out.

    `response` must be answerable.
    """
    best = response.results[0].passage
    sentence = response.answer.text if response.answer else best.text
    return f"{sentence} [1]"
