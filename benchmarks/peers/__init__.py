"""What is compared: one file a system, each used as its documentation shows, all with the bundled model."""

from importlib import import_module
from pathlib import Path
from typing import Protocol

#: The measure of the others first.
NAMES = ("bare", "yibao", "txtai", "langchain", "haystack")
#: These keep what they build on disk and are asked in another process; the others live in memory only and are asked
#: where they were built.
LASTING = frozenset({"bare", "yibao", "txtai"})


class Peer(Protocol):
    """A system that is built from passages and asked. Those of `LASTING` also have `open(folder)`."""

    def build(self, texts: list[str], folder: Path) -> None:
        """Index the passages' texts, in `folder` if at all."""
        ...

    def ask(self, question: str) -> list[int]:
        """Rows of the ten best passages; of each leg's ten best for a peer that does not join them."""
        ...


def load(name: str) -> Peer:
    """Import a peer's libraries and make it."""
    peer: Peer = import_module(f".{name}", __name__).make()
    return peer
