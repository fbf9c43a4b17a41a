"""When an answer may well miss the question, which whoever quotes it must say."""

from search import SearchResponse

#: The search answers below this, too: a reader sees at once whether a passage answers. One who is handed the sentence
#: alone, or an agent that passes it on, does not. Of 100 questions below this that were made to be hard, the corpus
#: answers 62, and the first passage 33; of those that visitors might ask, nearly all and four of five.
LIKELY = 0.3


def is_uncertain(response: SearchResponse) -> bool:
    """Whether an answerable response may well not answer."""
    return response.confidence < LIKELY
