"""`rebuild-index`: run a rebuild with progress bars, and report what was read, left out and why."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from index.embedder import Embedder, load_embedder
from index.milvus.location import MilvusLocation
from index.opening import IndexLocation
from index.rebuild import RebuildSummary, rebuild
from ingest.errors import YibaoError
from ingest.field_mapping import FieldMapping

from .plain_text import harmless
from .progress import progress_bars
from .terminal import terminal

#: Of many files that were left out, so many are named; `--json` names all.
_NAMED = 10


def rebuild_and_report(
    folders: list[Path],
    index_dir: Path,
    *,
    model: str | None,
    full: bool,
    strict: bool,
    as_json: bool,
    mapping: FieldMapping,
    milvus: MilvusLocation | None = None,
    ray: str | None = None,
) -> None:
    """Build the index and print the summary, as JSON or as a table."""
    embedder = embedder_or_none(model)
    with progress_bars() as bars:
        summary = rebuild(
            folders,
            index_dir,
            embedder=embedder,
            model_name=model or "",
            full=full,
            strict=strict,
            mapping=mapping,
            progress=_Bars(bars),
            milvus=milvus,
            ray=ray,
        )
    if as_json:
        click.echo(json.dumps(summary.to_dict(), ensure_ascii=False))
    else:
        print_summary(summary, milvus or index_dir)


def embedder_or_none(model: str | None) -> Embedder | None:
    """The model named, or the bundled one; without the latter only words are indexed."""
    if model:
        return load_embedder(model)
    try:
        return load_embedder()
    except YibaoError as error:
        click.secho(f"! no vectors: {error}; the index will answer by keyword", err=True, fg="yellow")
        return None


class _Bars:
    """Shows the stages of a rebuild as progress bars."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, name: str, total: int) -> None:
        self._task = self._bars.add_task(name, total=total)

    def step(self, done: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, done)


def print_summary(summary: RebuildSummary, index: IndexLocation, console: Console | None = None) -> None:
    """Print what a rebuild read, embedded and left out."""
    console = console or terminal()
    report = summary.report
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row(
        "index", f"{index} · build {summary.build_id}" + (" (unchanged)" if summary.unchanged else "")
    )
    table.add_row("files", f"{report['files']} · {summary.parsed} read anew")
    table.add_row(
        "articles", _counted(report["articles"], {"teasers": report["teasers"], "links": report["links"]})
    )
    table.add_row("passages", _counted(sum(report["passages"].values()), report["passages"]))
    table.add_row(
        "model",
        f"{summary.model} · {summary.embedded} passages embedded"
        if summary.model
        else "none: keyword search only",
    )
    if report["dropped"]:
        table.add_row("lines left out", _counted(sum(report["dropped"].values()), report["dropped"]))
    console.print(table)
    for title, files in (("not usable", report["failed"]), ("not looked into", report["skipped"])):
        _print_files(console, title, files)
    console.print(f"done in {summary.seconds:.1f} s")


def _counted(total: int, parts: dict[str, int]) -> str:
    listed = ", ".join(f"{count} {name}" for name, count in parts.items() if count)
    return f"{total}" + (f" ({listed})" if listed else "")


def _print_files(console: Console, title: str, files: dict[str, Any]) -> None:
    if not files:
        return
    console.print(f"[yellow]{len(files)} files {title}[/yellow]")
    for name, reason in list(files.items())[:_NAMED]:
        console.print(f"  {harmless(name)}: {harmless(str(reason))}", markup=False)
    if len(files) > _NAMED:
        console.print(f"  … and {len(files) - _NAMED} more; --json lists all")
