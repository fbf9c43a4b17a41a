"""When an answer is likelier wrong than right, which whoever quotes it must say."""

from search import SearchResponse

#: The search answers below this, too: a reader sees at once whether a passage answers. One who is handed the sentence
#: alone, or an agent that passes it on, does not.
LIKELY = 0.5


def is_uncertain(response: SearchResponse) -> bool:
    """Whether an answerable response is less likely to answer than not."""
    return response.confidence < LIKELY
