"""This project through its public interface, with everything on. It is built by `yibao rebuild-index` from articles."""

from pathlib import Path

from search import Searcher


class Yibao:
    def open(self, folder: Path) -> None:
        self._searcher = Searcher.open(folder)

    def ask(self, question: str) -> list[str]:
        return [result.passage.file for result in self._searcher.search(question).results]


make = Yibao
