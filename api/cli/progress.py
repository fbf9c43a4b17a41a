"""Progress bars on standard error; silent where it is not a terminal."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def progress_bars() -> Progress:
    """A display of bars that vanish when done; disabled where nobody watches."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        # Lines written to the same terminal meanwhile would tear the bar apart.
        disable=not console.is_terminal,
    )


def steps(items: Sequence[T], description: str) -> Iterator[T]:
    """The items, with a bar that counts them while standard output goes into a file or pipe."""
    if sys.stdout.isatty():
        yield from items
        return
    with progress_bars() as bars:
        yield from bars.track(items, description=description)
