"""From a search to a cited answer: a model writes it, or the sentence that answers is quoted, or it is refused."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from search import SearchResponse

from .citations import Citations, check
from .documents import AnswerBegun, AnswerPiece, Citation, CitedAnswer, MadeBy
from .endpoint import Endpoint, EndpointError
from .extractive import doubts, quote
from .figures import unfounded_figures
from .offered import offered_passages
from .prompt import REFUSAL, build_messages
from .thinking import WithoutThinking

Event = AnswerBegun | AnswerPiece | CitedAnswer

_QUOTED = "the sentence that answers is quoted instead"


async def write_answer(response: SearchResponse, endpoint: Endpoint | None) -> AsyncGenerator[Event, None]:
    """The answer to a search: what it rests on, its words while they are written, and at last the whole of it.

    The last event counts: where the model fails midway, its words are replaced by the sentence that answers. The
    endpoint is not asked where nothing answers. `response` holds at least the first results of its search.
    """
    draft = _Draft(response)
    yield AnswerBegun(query=response.query, passages=draft.passages)
    if not response.answerable:
        yield draft.refused("nothing in the articles answers the question; the passages are only the nearest")
        return
    if endpoint is None:
        yield draft.quoted(f"no model is set (YIBAO_ANSWER_URL); {_QUOTED}")
        return
    try:
        async with aclosing(draft.written_by(endpoint)) as pieces:
            async for piece in pieces:
                yield AnswerPiece(text=piece)
    except EndpointError as error:
        yield draft.quoted(f"the model {error}; {_QUOTED}")
    else:
        yield draft.judged(endpoint)


class _Draft:
    """An answer while it is written."""

    def __init__(self, response: SearchResponse) -> None:
        self._response = response
        self._started = time.perf_counter()
        self.passages = offered_passages(response)
        self._text = ""

    async def written_by(self, endpoint: Endpoint) -> AsyncGenerator[str, None]:
        """What the model writes, with citations checked; a refusal is not shown. Raises EndpointError."""
        thinking, citations = WithoutThinking(), Citations(len(self.passages))
        question = self._response.corrected or self._response.query
        held = ""
        async with aclosing(endpoint.write(build_messages(question, self.passages))) as pieces:
            async for piece in pieces:
                certain = thinking.feed(piece)
                self._text += certain
                held += citations.feed(certain)
                # While it may still become the refusal, nobody needs to see it.
                if held and not REFUSAL.startswith(self._text.lstrip()[: len(REFUSAL)]):
                    yield held
                    held = ""
        rest = thinking.finish()
        self._text += rest
        held += citations.feed(rest) + citations.finish()
        if held and not self._refuses():
            yield held

    def judged(self, endpoint: Endpoint) -> CitedAnswer:
        """What the model wrote, if it can be shown: it cites what exists, or refuses."""
        if self._refuses():
            return self.refused(f"{endpoint.model} found that the passages do not answer the question")
        text, cited, unknown = check(self._text.strip(), len(self.passages))
        if not cited:
            return self.quoted(f"the model cited no passage; {_QUOTED}")
        warnings = []
        if unknown:
            removed = ", ".join(map(str, unknown))
            warnings.append(f"citations of passages that do not exist were removed: {removed}")
        grounds = [self._response.query, *(f"{p.title} {p.text} {p.published}" for p in self.passages)]
        if unfounded := unfounded_figures(text, grounds):
            warnings.append(f"figures that stand in none of the passages: {', '.join(unfounded)}")
        return self._whole("model", text, cited, warnings, endpoint.model)

    def quoted(self, warning: str) -> CitedAnswer:
        """The sentence that answers, and why no model wrote the answer."""
        return self._whole("extract", quote(self._response), [1], [warning, *doubts(self._response)])

    def refused(self, warning: str) -> CitedAnswer:
        """No answer, and why."""
        return self._whole("none", "", [], [warning])

    def _refuses(self) -> bool:
        return self._text.strip().startswith(REFUSAL)

    def _whole(
        self, made_by: MadeBy, text: str, cited: list[int], warnings: list[str], model: str | None = None
    ) -> CitedAnswer:
        by_number = {passage.number: passage for passage in self.passages}
        labelled = [f"passage {n} is {label}" for n in cited for label in by_number[n].labels]
        waited = (time.perf_counter() - self._started) * 1000
        return CitedAnswer(
            query=self._response.query,
            corrected=self._response.corrected,
            regions=list(self._response.regions),
            answerable=made_by != "none",
            confidence=round(self._response.confidence, 4),
            made_by=made_by,
            text=text,
            citations=[Citation(number=n, passage_id=by_number[n].id) for n in cited],
            passages=self.passages,
            model=model,
            warnings=[*self._response.warnings, *warnings, *labelled],
            took_ms=round(self._response.took_ms + waited, 2),
        )
