"""What a rebuild tells whoever watches it."""

from typing import Protocol


class Progress(Protocol):
    """Told what goes on: stages by name with their size, then steps done."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, done: int) -> None: ...


class Quiet:
    """Tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Say nothing."""

    def step(self, done: int) -> None:
        """Say nothing."""
