"""The best passages are read, each once."""

from pathlib import Path

import pytest

from index.rebuild import rebuild
from search import Searcher
from search.effects.amount_effect import IN_RANGE
from search.effects.text_effects import ReadOnce

ROWS = {"不满4年": "5天", "满4年不满9年": "8天", "9年以上": "12天"}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("text_effects")
    rows = "".join(f"| {years} | {days} |\n" for years, days in ROWS.items())
    text = f"# 年休假天数\n\n## 对照表\n\n| 工龄 | 天数 |\n|---|---|\n{rows}"
    (folder / "leave.md").write_text(text, encoding="utf-8")
    rebuild([folder], folder / "index", embedder=None)
    opened = Searcher.open(str(folder / "index"))
    yield opened
    opened.close()


@pytest.mark.parametrize(("years", "days"), [(2, "5天"), (6, "8天"), (30, "12天")])
def test_the_first_row_is_the_one_whose_range_holds_the_figure(searcher, years, days):
    first = searcher.search(f"工龄{years}年的年休假天数").results[0]
    assert days in first.passage.text
    assert first.why.effects["amount"] == pytest.approx(IN_RANGE)


class Counting:
    def __init__(self):
        self.asked = []

    def passages(self, rows):
        self.asked += rows
        return [f"passage {row}" for row in rows]


def test_every_passage_is_asked_for_once():
    backend = Counting()
    passages_of = ReadOnce(backend)
    assert passages_of([3, 1]) == ["passage 3", "passage 1"]
    assert passages_of([1, 2, 3]) == ["passage 1", "passage 2", "passage 3"]
    assert backend.asked == [3, 1, 2]
