"""The unit of search: a `Passage` that stands on its own."""

from dataclasses import dataclass
from typing import Literal, get_args

PassageKind = Literal["body", "table", "teaser"]
_KINDS = get_args(PassageKind)

#: A passage's text is at most this many characters.
MAX_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that can be read, cited and ranked by itself.

    id          stable: derived from the article's id and the passage's own content, so that a changed paragraph
                changes only its own id
    ordinal     position in the article, from 0; neighbours have neighbouring ordinals
    title       the article's title, or the teaser's own
    text        what a reader sees, at most `MAX_CHARACTERS`; title and headings stand in their own fields
    start, end  span in `Article.text`; (0, 0) for a teaser, which lies outside the body
    region      the passage's own if it names one, otherwise the article's; None means nationwide
    year        year the content applies to ("2025年缴费基数"), which is not the publication date
    published   ISO date, or date and time, of the article, or of the teaser itself
    duplicate_of  id of the passage that this one repeats almost word for word, if any
    """

    id: str
    article_id: str
    file: str
    ordinal: int
    kind: PassageKind
    title: str
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    region: str | None = None
    year: int | None = None
    published: str | None = None
    effective: str | None = None
    expires: str | None = None
    source: str | None = None
    url: str | None = None
    duplicate_of: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"passage kind {self.kind!r} is not one of {_KINDS}")
        if not self.text.strip():
            raise ValueError(f"passage {self.id} has no text")
        if not 0 <= self.start <= self.end:
            raise ValueError(f"passage span {self.start}:{self.end} is not a span")

    @property
    def context(self) -> str:
        """Title and heading path on one line: what the passage's text stands under."""
        return " › ".join((self.title, *self.heading_path))

    @property
    def searchable(self) -> str:
        """What is embedded and indexed: the context, then the text."""
        return f"{self.context}\n{self.text}"
