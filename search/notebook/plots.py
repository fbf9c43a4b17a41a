"""Figures for notebooks: where scores come from, what the corpus looks like, which questions go wrong.

They need the extra `notebook`. Nothing global is changed: each figure carries its own fonts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError, YibaoError

from ..evaluation.scoring import Evaluation
from ..response import Result, SearchResponse
from .corpus_map import CorpusMap

try:
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError:
    raise YibaoError("plots need matplotlib; run `pip install 'yibao-search[notebook]'`") from None

#: Fonts with Chinese glyphs on the usual systems; the first one found is used after the Latin one.
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB", "Heiti TC",
    "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP",
    "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
#: Colours that the colour-blind can tell apart (Okabe and Ito 2008, "Color Universal Design").
_COLOURS = ("#0072B2", "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442", "#8C6BB1")
_OTHERS, _FAINT = "#B8BFBC", "#D9DEDC"
#: Groups of a map that get a colour; the rest are drawn as "others".
_MOST_GROUPS = len(_COLOURS)
_LONGEST_LABEL = 26


class Plot(Figure):
    """A figure that a notebook shows, whether or not it was told to show figures."""

    def _repr_png_(self) -> bytes:
        drawn = BytesIO()
        self.savefig(drawn, format="png")
        return drawn.getvalue()


def contributions(response: SearchResponse, most: int = 10) -> Plot:
    """What each leg and effect gave to the score of the first `most` results: stacked bars, best on top.

    What an effect took is drawn to the left of zero; the diamond is the score. Raises BadInputError without results.
    """
    results = response.results[:most]
    if not results:
        raise BadInputError(f"nothing was found for {response.query!r}, so there is nothing to draw")
    parts = _parts(results)
    with _figure(8, 1.2 + 0.45 * len(results)) as (figure, axes):
        places = np.arange(len(results))
        right, left = np.zeros(len(results)), np.zeros(len(results))
        for colour, (name, values) in zip(_COLOURS, parts.items(), strict=False):
            start = np.where(values >= 0, right, left)
            axes.barh(places, values, left=start, height=0.66, color=colour, label=name)
            right += np.maximum(values, 0)
            left += np.minimum(values, 0)
        axes.plot([r.score for r in results], places, "D", color="black", markersize=5, label="score")
        axes.set_yticks(places, labels=[_label(n, result) for n, result in enumerate(results, 1)])
        axes.invert_yaxis()
        axes.set_xlabel("share of the score")
        axes.set_title(_shown(response.query))
        axes.axvline(0, color="black", linewidth=0.8)
        axes.legend(loc="lower right", frameon=False)
        return figure


def _parts(results: Sequence[Result]) -> dict[str, NDArray[np.float64]]:
    """Name → float `[results]`, of the parts that are not 0 everywhere."""
    parts = {
        "dense": [r.why.dense.share for r in results],
        "late interaction": [r.why.late for r in results],
        "keyword": [r.why.keyword.share for r in results],
    }
    for name in dict.fromkeys(name for r in results for name in r.why.effects):
        parts[name] = [r.why.effects.get(name, 0.0) for r in results]
    return {name: np.asarray(values) for name, values in parts.items() if any(values)}


def _label(rank: int, result: Result) -> str:
    passage = result.passage
    name = passage.heading_path[-1] if passage.heading_path else passage.title
    return f"{rank}  {_shown(name)}"


def corpus_map(map_: CorpusMap) -> Plot:
    """Passages as points, coloured by group, the questions as stars; near points read alike."""
    counted = Counter(group for group in map_.groups if group)
    named = [group for group, _ in counted.most_common(_MOST_GROUPS)]
    with _figure(8, 6) as (figure, axes):
        groups = np.asarray(map_.groups, dtype=object)
        rest = ~np.isin(groups, named)
        if rest.any():
            axes.scatter(
                map_.points[rest, 0], map_.points[rest, 1], s=9, color=_FAINT, label="others", linewidths=0
            )
        for colour, group in zip(_COLOURS, named, strict=False):
            here = groups == group
            axes.scatter(
                map_.points[here, 0], map_.points[here, 1], s=12, alpha=0.75, color=colour, linewidths=0,
                label=f"{_shown(group)} ({counted[group]})",
            )  # fmt: skip
        for n, (question, (x, y)) in enumerate(zip(map_.questions, map_.question_points, strict=True)):
            axes.plot(x, y, "*", markersize=17, color="black", markeredgecolor="white")
            # Questions are often alike: every other label hangs below its star.
            offset = (9, 6 if n % 2 == 0 else -16)
            axes.annotate(_shown(question), (x, y), xytext=offset, textcoords="offset points", weight="bold")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlabel(f"{map_.explained:.0%} of the variance in these two directions")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, markerscale=1.6)
        return figure


def scores_by_class(evaluation: Evaluation, metric: str = "ndcg@10") -> Plot:
    """One bar a class of questions, worst on top, with the number of questions; the line is the whole set.

    Raises BadInputError for a metric that is not scored by class.
    """
    document = evaluation.to_dict()
    per_class: dict[str, dict[str, float]] = document["per_class"]
    known = sorted({name for scores in per_class.values() for name in scores} - {"n"})
    if metric not in known:
        raise BadInputError(
            f"metric is {metric!r}; it is one of {', '.join(known) or 'none: nothing was scored'}"
        )
    ordered = sorted(per_class, key=lambda name: per_class[name][metric], reverse=True)
    values = [per_class[name][metric] for name in ordered]
    with _figure(8, 1.2 + 0.4 * len(ordered)) as (figure, axes):
        bars = axes.barh([_shown(name) for name in ordered], values, color=_COLOURS[0], height=0.66)
        axes.bar_label(
            bars,
            [
                f"{value:.2f}  n={per_class[name]['n']:.0f}"
                for name, value in zip(ordered, values, strict=True)
            ],
            padding=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        axes.axvline(document[metric], color="black", linewidth=1, linestyle="--")
        axes.set_xlim(0, 1.15)
        axes.set_xlabel(metric)
        axes.set_title(f"{_shown(document['set'])}: {metric} {document[metric]:.3f}")
        return figure


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Plot, Axes]]:
    """A figure of so many inches, in fonts that have Chinese. Not pyplot's, which would show it a second time."""
    families = _families()
    style: Any = {"font.family": families, "axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(style):
        figure = Plot(figsize=(width, height), layout="constrained", dpi=110)
        axes = figure.add_subplot()
        yield figure, axes
        # Labels of ticks are made while drawing, when this context has ended.
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontfamily(families)


def _families() -> list[str]:
    """Fonts asked in turn for each character. DejaVu Sans comes with matplotlib."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [*[name for name in CHINESE_FONTS if name in installed][:1], "DejaVu Sans"]


@lru_cache(maxsize=2)
def _drawable(families: tuple[str, ...]) -> frozenset[int]:
    fonts = [font_manager.get_font(font_manager.findfont(family)) for family in families]
    return frozenset(code for font in fonts for code in font.get_charmap())


def _shown(text: str) -> str:
    """`text` cut to a label; what no font can draw is a dot, instead of a warning and a box."""
    short = text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
    drawable = _drawable(tuple(_families()))
    # "$" would begin a formula.
    return "".join(c if ord(c) in drawable else "·" for c in short).replace("$", r"\$")
