"""Standard output for people."""

import sys

from rich.console import Console


def terminal() -> Console:
    """A console that wraps at the window's width; in a file or pipe, lines are left whole for grep."""
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
