"""What ingest understood of a file, for people at a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .plain_text import harmless
from .terminal import terminal

_FACTS = ("source", "published", "region", "document_number", "effective", "expires")
#: Of a long text, so many characters show whether it was understood.
_GLANCE = 160


def print_inspection(document: dict[str, Any], console: Console | None = None) -> None:
    """Print the document of `yibao inspect --json`: facts, sections, tables, teasers, links, the rest."""
    console = console or terminal()
    console.print(Text(harmless(document["title"]), "bold cyan"))
    facts = [f"{name.replace('_', ' ')}: {harmless(document[name])}" for name in _FACTS if document.get(name)]
    console.print(Text(" · ".join(facts) or "no source, date or region found", "dim"))
    _print_part(console, "sections", [_section(section) for section in document["sections"]])
    for table in document["tables"]:
        _print_table(console, table)
    _print_part(console, "teasers", [_teaser(teaser) for teaser in document["teasers"]])
    _print_part(console, "links", [Text(harmless(link["title"])) for link in document["links"]])
    _print_part(console, "passages", [_passage(passage) for passage in document["passages"]])
    _print_part(console, "left out", [_dropped(dropped) for dropped in document["dropped"]])


def _print_part(console: Console, name: str, items: list[Text]) -> None:
    console.print()
    console.print(Text(f"{name} ({len(items)})", "bold"))
    for item in items:
        console.print(Text("  ").append_text(item))


def _print_table(console: Console, table: dict[str, Any]) -> None:
    shown = Table(*map(harmless, table["header"]), title=harmless(table["title"] or "table"))
    for row in table["rows"]:
        shown.add_row(*map(harmless, row))
    console.print(shown)


def _glance(text: str) -> str:
    line = " ".join(harmless(text).split())
    return line if len(line) <= _GLANCE else line[:_GLANCE] + "…"


def _section(section: dict[str, Any]) -> Text:
    return Text.assemble(
        (" › ".join(map(harmless, section["heading_path"])) or "–", "cyan"), "  ", _glance(section["text"])
    )


def _teaser(teaser: dict[str, Any]) -> Text:
    facts = " · ".join(harmless(teaser[name]) for name in ("source", "published") if teaser[name])
    return Text.assemble(
        (harmless(teaser["title"]), "cyan"), "  ", (facts, "dim"), "  ", _glance(teaser["text"])
    )


def _passage(passage: dict[str, Any]) -> Text:
    return Text.assemble((passage["kind"], "green"), "  ", _glance(passage["text"]))


def _dropped(dropped: Any) -> Text:
    if isinstance(dropped, dict):
        return Text.assemble((str(dropped["rule"]), "yellow"), "  ", _glance(str(dropped["text"])))
    return Text(_glance(str(dropped)))
