"""The passages of a search as an answer cites them: by number."""

from search import SearchResponse

from .documents import OfferedPassage


def offered_passages(response: SearchResponse) -> list[OfferedPassage]:
    """The results, numbered from 1 in their order."""
    fields = OfferedPassage.model_fields.keys() - {"number"}
    return [
        OfferedPassage(number=number, **{k: v for k, v in result.to_dict().items() if k in fields})
        for number, result in enumerate(response.results, 1)
    ]
