"""Results as an HTML table for notebooks, and as rows of a data frame."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ingest.characters import DISTURBING

if TYPE_CHECKING:
    import pandas as pd

    from ..response import Result, SearchResponse, Span

#: Notebooks align cells to the right and stripe them for numbers; text is read from the left and from the top.
_TEXT = "text-align:left;vertical-align:top"
_NUMBER = "text-align:right;vertical-align:top"
_ANSWER = "border-left:3px solid #0a7262;padding:2px 12px;margin:8px 0;font-size:1.15em"
_COLUMNS = ("#", "score", "passage", "region", "published", "source")


def response_html(response: "SearchResponse") -> str:
    """A heading with what was understood, the answer, and one table row a result."""
    said = [
        f"<b>{_escaped(response.query)}</b>",
        response.mode,
        f"confidence {response.confidence:.2f}",
        *([] if response.answerable else ["nothing here answers that"]),
        *([f"searched for {_escaped(response.corrected)}"] if response.corrected else []),
        *([f"regions: {_escaped('、'.join(response.regions))}"] if response.regions else []),
        *map(_escaped, response.warnings),
    ]
    answer = f'<p style="{_ANSWER}">{_escaped(response.answer.text)}</p>' if response.answer else ""
    return f"<p>{' · '.join(said)}</p>{answer}{results_html(response.results)}"


def results_html(results: Iterable["Result"]) -> str:
    """A table with one row a result, numbered from 1."""
    head = "".join(f'<th style="{_TEXT}">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(rank, result) for rank, result in enumerate(results, 1))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(rank: int, result: "Result") -> str:
    passage = result.passage
    copies = len(result.also_in)
    notes = [*result.labels, *([f"{copies} reprint{'s' * (copies > 1)}"] if copies else [])]
    beneath = f"<br><small><i>{_escaped(' · '.join(notes))}</i></small>" if notes else ""
    context = f"<small>{_escaped(passage.context)}</small>"
    cells = (passage.region or "", passage.published or "", passage.source or passage.file)
    return (
        f'<tr><td style="{_NUMBER}">{rank}</td><td style="{_NUMBER}">{result.score:.3f}</td>'
        f'<td style="{_TEXT}">{context}<br>{mark(passage.text, result.highlights)}{beneath}</td>'
        + "".join(f'<td style="{_TEXT}">{_escaped(cell)}</td>' for cell in cells)
        + "</tr>"
    )


def mark(text: str, spans: Sequence["Span"]) -> str:
    """`text` as HTML with the spans inside <mark>; everything else is escaped."""
    parts, position = [], 0
    for start, end in spans:
        parts += [_escaped(text[position:start]), "<mark>", _escaped(text[start:end]), "</mark>"]
        position = end
    return "".join(parts) + _escaped(text[position:])


def _escaped(text: str) -> str:
    return escape(DISTURBING.sub("", text))


def results_frame(results: Iterable["Result"]) -> "pd.DataFrame":
    """One row a result, with the parts of its score; needs the extra `notebook`."""
    import pandas as pd  # noqa: PLC0415 - an extra that only analysts install

    return pd.DataFrame([_record(result) for result in results], columns=list(_RECORD))


_RECORD = (
    "score", "kind", "title", "headings", "text", "region", "published", "source", "labels", "reprints",
    "dense", "late", "keyword", "effects", "dense_rank", "keyword_rank", "file", "id",
)  # fmt: skip


def _record(result: "Result") -> dict[str, object]:
    passage, why = result.passage, result.why
    return {
        "score": result.score,
        "kind": passage.kind,
        "title": passage.title,
        "headings": " › ".join(passage.heading_path),
        "text": passage.text,
        "region": passage.region,
        "published": passage.published,
        "source": passage.source,
        "labels": ", ".join(result.labels),
        "reprints": len(result.also_in),
        "dense": why.dense.share,
        "late": why.late,
        "keyword": why.keyword.share,
        "effects": sum(why.effects.values()),
        "dense_rank": why.dense.rank,
        "keyword_rank": why.keyword.rank,
        "file": passage.file,
        "id": passage.id,
    }
