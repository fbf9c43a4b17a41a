"""The figure of the results: how build, questions, memory and disk grow with the number of passages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

#: Panel → what is drawn of a peer's results, and how.
_PANELS: dict[str, list[tuple[Callable[[dict[str, Any]], float], str]]] = {
    "build, s": [(lambda peer: peer["build"]["seconds"], "-")],
    "question, ms (p50 and, dashed, p95)": [
        (lambda peer: peer["asked"]["p50_ms"], "-"),
        (lambda peer: peer["asked"]["p95_ms"], "--"),
    ],
    "memory, MB (asked and, dashed, build)": [
        (lambda peer: peer["asked"]["peak"] / 1e6, "-"),
        (lambda peer: peer["build"]["peak"] / 1e6, "--"),
    ],
    "disk, MB": [(lambda peer: peer["build"]["disk"] / 1e6, "-")],
}
_DRAWN = {"yibao": ("yibao-search", "#1a6fb0"), "bare": ("bare libraries", "#8a8a8a")}


def draw(sizes: list[dict[str, Any]], path: Path) -> None:
    """Write the figure as SVG; the same results give the same file."""
    matplotlib.use("agg")
    from matplotlib import pyplot

    # Letters stay letters: a tenth of the size, and they can be searched.
    with pyplot.rc_context({"svg.hashsalt": "yibao", "svg.fonttype": "none", "font.size": 9}):
        figure, axes = pyplot.subplots(2, 2, figsize=(8, 5.5), layout="constrained")
        for axis, (title, lines) in zip(axes.flat, _PANELS.items(), strict=True):
            for name, (label, colour) in _DRAWN.items():
                known = [size for size in sizes if "asked" in size["peers"].get(name, {})]
                for value, style in lines:
                    axis.plot(
                        [size["passages"] for size in known],
                        [value(size["peers"][name]) for size in known],
                        style,
                        color=colour,
                        marker="o",
                        markersize=3,
                        label=label if style == "-" else None,
                    )
            axis.set(title=title, xscale="log", yscale="log", xlabel="passages")
            axis.minorticks_off()
            axis.grid(alpha=0.3)
        axes[0, 0].legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})
        pyplot.close(figure)
