"""What the figures draw, and that Chinese is drawn without a warning."""

import warnings

import numpy as np
import pytest
from matplotlib.font_manager import fontManager
from test_rendering import response, result

from ingest.errors import BadInputError
from search.evaluation.scoring import Evaluation, Judged
from search.notebook import plots
from search.notebook.corpus_map import CorpusMap


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_contributions_stack_what_was_given_and_put_what_was_taken_left_of_zero() -> None:
    figure = plots.contributions(response(result(), result()))
    axes = figure.axes[0]
    bars = {container.get_label(): container for container in axes.containers}
    assert list(bars) == ["dense", "late interaction", "keyword", "region", "date"]
    starts = {name: (bar[0].get_x(), bar[0].get_width()) for name, bar in bars.items()}
    assert starts["dense"] == (0, 0.1)
    assert starts["late interaction"] == pytest.approx((0.1, 0.15))
    assert starts["keyword"] == pytest.approx((0.25, 0.3))
    assert starts["region"] == pytest.approx((0.55, 0.06))
    assert starts["date"] == pytest.approx((0, -0.01))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1  余额", "2  余额"]
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_contributions_of_nothing_are_refused() -> None:
    with pytest.raises(BadInputError, match="nothing was found for '余额能用吗'"):
        plots.contributions(response())


def test_no_glyph_is_missing_even_without_a_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = [font for font in fontManager.ttflist if font.name == "DejaVu Sans"]
    monkeypatch.setattr(fontManager, "ttflist", latin)
    figure = plots.contributions(response(result(heading_path=("余额 $1 🏥",))))
    label = figure.axes[0].get_yticklabels()[0].get_text()
    assert label.startswith(r"1  ·· \$1 ")
    figure._repr_png_()


def judged(question_class: str, ndcg: float | None) -> Judged:
    return Judged("q", "问", question_class, True, ndcg, ndcg, ndcg, ndcg, ())


def test_scores_by_class_draw_the_worst_on_top_and_the_mean_of_all() -> None:
    evaluation = Evaluation("own", "hybrid", (judged("表格", 1.0), judged("口语", 0.5), judged("口语", 0.25)))
    axes = plots.scores_by_class(evaluation).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["表格", "口语"]
    assert [bar.get_width() for bar in axes.containers[0]] == [1.0, 0.375]
    assert [text.get_text() for text in axes.texts] == ["1.00  n=1", "0.38  n=2"]
    assert axes.lines[0].get_xdata()[0] == pytest.approx(0.5833, abs=1e-4)


def test_a_metric_that_is_not_scored_is_refused_with_those_that_are() -> None:
    with pytest.raises(BadInputError, match="metric is 'f1'; it is one of mrr@10, ndcg@10"):
        plots.scores_by_class(Evaluation("own", "hybrid", (judged("表格", 1.0),)), "f1")


def test_a_map_draws_each_group_and_the_questions() -> None:
    passage = result().passage
    points = np.asarray([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    drawn = CorpusMap(points, ("绵阳", "绵阳", "德阳", ""), (passage,) * 4, ("余额能用吗",), points[:1], 0.5)
    axes = plots.corpus_map(drawn).axes[0]
    assert [collection.get_label() for collection in axes.collections] == ["others", "绵阳 (2)", "德阳 (1)"]
    assert [len(collection.get_offsets()) for collection in axes.collections] == [1, 2, 1]
    assert [text.get_text() for text in axes.texts] == ["余额能用吗"]
    assert axes.get_xlabel() == "50% of the variance in these two directions"
