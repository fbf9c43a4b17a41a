"""Search results for people at a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from search import Result, SearchResponse

from .plain_text import harmless
from .terminal import terminal

_MARK = "bold black on yellow"
_KINDS = {"body": "正文", "table": "表格", "teaser": "相关推荐"}


def print_response(
    response: SearchResponse, *, explain: bool = False, console: Console | None = None
) -> None:
    """Print the answer with its source, then the passages with their highlights."""
    console = console or terminal()
    for warning in response.warnings:
        console.print(Text(f"! {harmless(warning)}", "yellow"))
    if response.corrected:
        console.print(Text.assemble("understood as ", (harmless(response.corrected), "bold")))
    _print_answer(console, response)
    for rank, result in enumerate(response.results, 1):
        console.print()
        _print_result(console, rank, result, explain)
    console.print()
    console.print(Text(_summary(response), "dim"))


def _print_answer(console: Console, response: SearchResponse) -> None:
    if not response.results:
        console.print(Text("Nothing found. Remove a filter, or ask in other words.", "bold"))
    elif not response.answerable:
        console.print(Text("No passage answers this question. The nearest ones:", "bold yellow"))
    elif response.answer:
        source = next(r for r in response.results if r.passage.id == response.answer.passage_id).passage
        console.print(Text(harmless(response.answer.text), "bold green"))
        console.print(Text(f"— {_origin(source.title, source.source, source.published)}", "dim"))


def _print_result(console: Console, rank: int, result: Result, explain: bool) -> None:
    p = result.passage
    labels = "".join(f"  [{label}]" for label in result.labels)
    console.print(
        Text.assemble(
            (f"{rank:>2}. ", "bold"),
            (harmless(p.context), "bold cyan"),
            f"  {result.score:.2f}",
            (labels, "red"),
        )
    )
    text = Text(harmless(p.text))
    for start, end in result.highlights:
        text.stylize(_MARK, start, end)
    console.print(Padding(text, (0, 0, 0, 4)) if console.is_terminal else text)
    facts = (p.region or "全国", _KINDS[p.kind], p.source, p.published, p.file, p.url)
    line = " · ".join(harmless(fact) for fact in facts if fact)
    if result.also_in:
        line += f" · {len(result.also_in)} more like it"
    console.print(Text(f"    {line}", "dim"))
    if explain:
        console.print(Text(f"    {_explanation(result)}", "magenta"))


def _origin(*facts: str | None) -> str:
    return " · ".join(harmless(fact) for fact in facts if fact)


def _explanation(result: Result) -> str:
    why = result.why
    parts = [
        f"dense {why.dense.share:.2f} (rank {why.dense.rank or '–'}, cosine {why.dense.score:.2f})",
        f"keyword {why.keyword.share:.2f} (rank {why.keyword.rank or '–'}, coverage {why.keyword.score:.2f})",
        f"late interaction {why.late:.2f}",
        *(f"{name} {value:+.2f}" for name, value in why.effects.items() if value),
    ]
    matched = f"; matched {' '.join(why.matched)}" if why.matched else ""
    return " + ".join(parts) + matched


def _summary(response: SearchResponse) -> str:
    return (
        f"{len(response.results)} results · {response.mode} · confidence {response.confidence:.2f} · "
        f"{response.took_ms:.0f} ms"
    )
