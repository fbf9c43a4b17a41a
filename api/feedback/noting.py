"""From what a reader sends to what is kept: the text that answers, without what names a person."""

from ingest.errors import NotFoundError
from ingest.passage import Passage
from search import Searcher
from search.evaluation.evidence import normalise_evidence
from search.highlight import read
from search.understanding.question import understand

from .personal_data import masked
from .store import Feedback

#: A shorter sentence, such as 可以。, stands in many passages and would credit the wrong ones.
_TELLING = 8


def noted(
    searcher: Searcher, question: str, helpful: bool, passage_id: str | None, comment: str | None
) -> Feedback:
    """Feedback as it is kept: with the passage's file and words, which stay true when passages are cut anew.

    Raises NotFoundError for a passage that the index does not hold.
    """
    passage = None if passage_id is None else _passage(searcher, passage_id)
    return Feedback(
        question=masked(question.strip()),
        helpful=helpful,
        passage_id=passage.id if passage else None,
        file=passage.file if passage else None,
        evidence=_answering(question, passage) if passage else None,
        comment=masked(comment.strip()) or None if comment else None,
        build=searcher.build_id,
    )


def _passage(searcher: Searcher, passage_id: str) -> Passage:
    row = searcher.backend.passage_row(passage_id)
    if row is None:
        raise NotFoundError(f"there is no passage {passage_id!r} in this index")
    [passage] = searcher.backend.passages([row])
    return passage


def _answering(question: str, passage: Passage) -> str:
    """The sentence that answers, or the whole passage where none stands out."""
    [reading] = read(understand(question), [passage])
    sentence = passage.text[slice(*reading.answers[0])] if reading.answers else ""
    return sentence if len(normalise_evidence(sentence)) >= _TELLING else passage.text
