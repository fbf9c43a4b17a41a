"""What was asked for on two cores, to be set beside what was measured."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """size: as it was asked for; measured: from that size's results, None where it was not measured."""

    size: int
    what: str
    limit: float
    unit: str
    measured: Callable[[dict[str, Any]], float | None]


def _ours(size: dict[str, Any]) -> dict[str, Any]:
    ours: dict[str, Any] = size["peers"]["yibao"]
    return ours


GOALS = (
    Goal(20_000, "question, p50", 1, "ms", lambda size: _ours(size)["asked"]["p50_ms"]),
    Goal(
        100_000, "question, of the bare libraries", 1.2, "×", lambda size: _ours(size)["asked"].get("ratio")
    ),
    Goal(1_000_000, "question, p50", 5, "ms", lambda size: _ours(size)["asked"]["p50_ms"]),
    Goal(
        1_000_000,
        "question, p95 of p50",
        3,
        "×",
        lambda size: _ours(size)["asked"]["p95_ms"] / _ours(size)["asked"]["p50_ms"],
    ),
    Goal(20_000, "build, from process start", 3, "s", lambda size: _ours(size)["build"]["seconds"]),
    Goal(1_000_000, "build, from process start", 300, "s", lambda size: _ours(size)["build"]["seconds"]),
    Goal(1_000_000, "build, peak memory", 4, "GB", lambda size: _ours(size)["build"]["peak"] / 1e9),
    Goal(
        100_000,
        "second rebuild, 1 % changed, of the first",
        20,
        "%",
        lambda size: 100 * _ours(size)["rebuild"]["seconds"] / _ours(size)["build"]["seconds"],
    ),
    Goal(1_000_000, "index opened", 1, "s", lambda size: _ours(size)["open"]["open_s"]),
    Goal(100_000, "`yibao search`, start to end", 1, "s", lambda size: _ours(size)["command"]["seconds"]),
)
