"""The page of the results: tables and a figure from the results' JSON. What stands around them is written by hand.

Everything between the two marks of the page is replaced.
"""

import json
from pathlib import Path
from typing import Any

from .goals import GOALS

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
_NAMES = {
    "bare": "bare libraries",
    "yibao": "yibao-search",
    "txtai": "txtai",
    "langchain": "LangChain",
    "haystack": "Haystack",
}


def write(results: dict[str, Any], page: Path) -> None:
    """Replace the measured part of the page, or make the page of it; write figure and results beside it."""
    figure = page.with_suffix(".svg")
    block = f"{BEGIN}\n{tables(results)}\n![Growth]({figure.name})\n\n{END}\n"
    text = page.read_text(encoding="utf-8") if page.is_file() else f"{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1].removeprefix("\n")
    page.write_text(before + block + after, encoding="utf-8")
    content = json.dumps(results, ensure_ascii=False, indent=1)
    page.with_suffix(".json").write_text(content + "\n", encoding="utf-8")
    from .plot import draw

    draw(_measured(results), figure)


def tables(results: dict[str, Any]) -> str:
    """Markdown: where it was measured, each size at which all were compared, growth, and start-up."""
    sizes = _measured(results)
    parts = [_where(sizes)]
    parts += [_comparison(size) for size in sizes if len(size["peers"]) > 2]
    parts += [_growth(sizes), _starting(sizes), _goals(results)]
    return "\n".join(parts)


def _measured(results: dict[str, Any]) -> list[dict[str, Any]]:
    """The sizes that were measured to the end, ascending."""
    sizes = sorted(results["sizes"].items(), key=lambda item: int(item[0]))
    return [size for _, size in sizes if "asked" in size]


def _where(sizes: list[dict[str, Any]]) -> str:
    lines = []
    for size in sizes:
        on = size["machine"]
        lines.append(
            f"{on['date']}, commit {on['commit'] or 'unknown'}: {on['processor']}, {on['cores']} cores, "
            f"{on['memory'] / 2**30:.0f} GiB, Python {on['python']}; "
            + ", ".join(f"{name} {version}" for name, version in on["libraries"].items())
            + f". Articles: {size['source']}."
        )
    return "\n\n".join(dict.fromkeys(lines)) + "\n"


def _comparison(size: dict[str, Any]) -> str:
    peers = size["peers"]
    bare = peers["bare"]
    rows = []
    for name, label in _NAMES.items():
        peer = peers.get(name, {})
        if "asked" not in peer:
            rows.append([label, peer.get("failed", "not measured"), *[""] * 10])
            continue
        build, asked = peer["build"], peer["asked"]
        rows.append(
            [
                label,
                _figure(build["seconds"]),
                _times(build["seconds"], bare.get("build", {}).get("seconds")),
                _figure(build.get("libraries_s")),
                _figure(asked["p50_ms"]),
                _figure(asked["p95_ms"]),
                _times(asked.get("ratio")),
                _figure(asked["processor_p50_ms"]),
                _times(asked.get("processor_ratio")),
                _bytes(build["peak"]),
                _bytes(asked["peak"]),
                "–" if asked["found"] is None else f"{asked['found']:.0%}",
            ]
        )
    head = ["", "build s", "× bare", "of it imports s", "p50 ms", "p95 ms", "× bare"]
    head += ["processor p50 ms", "× bare"]
    head += ["memory, build", "memory, asked", "found"]
    return f"### All of them, {size['passages']:,} passages\n\n{_table(head, rows)}"


def _growth(sizes: list[dict[str, Any]]) -> str:
    rows = []
    for size in sizes:
        for name in ("yibao", "bare"):
            peer = size["peers"].get(name, {})
            if "asked" not in peer:
                rows.append(
                    [f"{size['passages']:,}", _NAMES[name], peer.get("failed", "not measured"), *[""] * 8]
                )
                continue
            build, asked = peer["build"], peer["asked"]
            rows.append(
                [
                    f"{size['passages']:,}",
                    _NAMES[name],
                    _figure(build["seconds"]),
                    _figure(asked["p50_ms"]),
                    _figure(asked["p95_ms"]),
                    _times(asked.get("ratio")),
                    _figure(asked["processor_p50_ms"]),
                    _bytes(build["peak"]),
                    _bytes(asked["peak"]),
                    _bytes(asked["own"]),
                    _bytes(build["disk"]),
                ]
            )
    head = ["passages", "", "build s", "p50 ms", "p95 ms", "× bare", "processor p50 ms"]
    head += ["memory, build", "memory, asked", "of it its own", "disk"]
    return f"### Growth\n\n{_table(head, rows)}"


def _starting(sizes: list[dict[str, Any]]) -> str:
    rows = []
    for size in sizes:
        ours = size["peers"]["yibao"]
        rows.append(
            [
                f"{size['passages']:,}",
                _figure(ours["command"]["seconds"]),
                _figure(ours["command"]["processor_s"]),
                _figure(ours["open"]["open_s"]),
                _figure(ours["first_answer_s"]),
                _figure(size["peers"]["bare"].get("first_answer_s")),
                _figure(ours["rebuild"]["seconds"]),
                _times(ours["rebuild"]["seconds"], ours["build"]["seconds"], "{:.0%}"),
            ]
        )
    head = ["passages", "`yibao search` s", "processor s", "`Searcher.open` s", "start to first answer s"]
    head += ["the same, bare", "rebuild, 1 % changed s", "of the first"]
    return f"### Start and second rebuild\n\n{_table(head, rows)}"


def _goals(results: dict[str, Any]) -> str:
    rows = []
    for goal in GOALS:
        size = results["sizes"].get(str(goal.size), {})
        value = goal.measured(size) if "asked" in size else None
        measured = "–" if value is None else f"{_figure(value)} {goal.unit}"
        met = "–" if value is None else "yes" if value <= goal.limit else "no"
        rows.append([goal.what, f"{goal.size:,}", f"≤ {goal.limit:g} {goal.unit}", measured, met])
    return f"### Asked for and measured\n\n{_table(['', 'passages', 'asked for', 'measured', 'met'], rows)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def _figure(value: float | None) -> str:
    """Three figures, as many as a measurement on a shared machine is worth."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _times(value: float | None, of: float | None = 1.0, how: str = "{:.2f}") -> str:
    return "–" if value is None or not of else how.format(value / of)


def _bytes(value: float) -> str:
    return f"{value / 1e9:.2f} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"
