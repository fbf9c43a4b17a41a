"""Evaluation scores for people at a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

from search.evaluation.scoring import METRICS

from .terminal import terminal

#: A difference that luck gives less often than this is printed bold.
_LUCK = 0.05


def print_scores(scores: dict[str, Any], console: Console | None = None) -> None:
    """Print the document of `yibao evaluate --json` as a table: one row a class, then all questions."""
    console = console or terminal()
    table = Table(title=f"{scores['set']} · {scores['mode']} · {scores['questions']} questions")
    table.add_column("class")
    table.add_column("n", justify="right")
    for metric in METRICS:
        table.add_column(metric, justify="right")
    for name, row in scores["per_class"].items():
        table.add_row(name, str(row["n"]), *(_shown(row[metric]) for metric in METRICS))
    answerable = sum(row["n"] for row in scores["per_class"].values())
    table.add_section()
    table.add_row("all", str(answerable), *(_shown(scores[metric]) for metric in METRICS), style="bold")
    console.print(table)
    console.print(
        f"unanswerable questions refused: {_shown(scores['refused'])} · "
        f"answerable ones refused by mistake: {_shown(scores['false_refusal'])}"
    )


def print_comparison(comparison: dict[str, Any], console: Console | None = None) -> None:
    """Print the document of `yibao evaluate --compare … --json`: both means, and whether they differ by luck."""
    console = console or terminal()
    table = Table(title=f"{comparison['base']} → {comparison['other']} · {comparison['questions']} questions")
    for column in ("", comparison["base"], comparison["other"], "difference", "95 %", "p"):
        table.add_column(column, justify="right" if column else "left")
    for metric, row in comparison["differences"].items():
        interval = f"{row['low']:+.3f} … {row['high']:+.3f}"
        means = (_shown(row["base"]), _shown(row["other"]), f"{row['difference']:+.3f}")
        table.add_row(metric, *means, interval, f"{row['p']:.3f}", style="bold" if row["p"] < _LUCK else None)
    console.print(table)
    console.print(f"{comparison['better']} questions answered better, {comparison['worse']} worse")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
