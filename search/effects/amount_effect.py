"""How figures move a passage: the amount a question asks for, and the figure it gives.

Who asks 多久 wants a span of time, 几成 a share: a passage without any answers something else. Who gives a figure
(缴了7年, 1965年6月出生) wants the row of a table in whose range it falls, though the row holds other digits
(满5年不满10年).
"""

import re
from collections.abc import Sequence

from index.folding import fold
from ingest.passage import Passage

from ..understanding.question import Question
from .intervals import Interval, intervals, points
from .quantities import holds_amount

#: Half and one and a half times as much changed no set by more than a point of nDCG@10.
MISSING = -0.02
#: Rows of one table differ in little but their figures, so this decides between them alone.
IN_RANGE, OUT_OF_RANGE = 0.03, -0.03

#: Dimensions of `quantities.py` by the words that ask for them.
_ASKS = {
    re.compile("多少[钱元块]|几[块元万]|[要交缴领拿发扣补得花]多少|金额|额度"): {"money"},
    re.compile("几成|百分之几|百分之多少|比例|费率|百分比"): {"share"},
    re.compile("多久|多长时间|[几多][天年]|多少[天年月]|[几多少]个[月工]|年限|期限|工作日"): {
        "time",
        "working time",
    },
    re.compile("[几多]岁|多少岁|多大|年龄"): {"age"},
    re.compile("[几多]次|多少次"): {"count"},
}


def asked_amounts(text: str) -> frozenset[str]:
    """Dimensions of the amounts that a normalised question asks for; empty where it asks for none."""
    return frozenset().union(*(dimensions for asks, dimensions in _ASKS.items() if asks.search(text)))


def amount_effects(question: Question, passages: Sequence[Passage]) -> list[float]:
    """What is added to the score of each passage for its figures."""
    asked, given = asked_amounts(question.text), points(question.text)
    return [_effect(asked, given, passage) if asked or given else 0.0 for passage in passages]


def lacks_amount(question: Question, passage: Passage) -> bool:
    """Whether a question asks for an amount and the passage has none of that kind."""
    return _lacks(asked_amounts(question.text), passage)


def _lacks(asked: frozenset[str], passage: Passage) -> bool:
    return bool(asked) and not holds_amount(passage.text, asked)


def _effect(asked: frozenset[str], given: Sequence[Interval], passage: Passage) -> float:
    effect = 0.0
    if _lacks(asked, passage):
        effect += MISSING
    if given and passage.kind == "table":
        effect += _of_row(given, intervals(fold(passage.text)))
    return effect


def _of_row(given: Sequence[Interval], ranges: Sequence[Interval]) -> float:
    """Whether a row's range holds a figure of the question; the first that the row has a range for decides."""
    for figure in given:
        same = [each for each in ranges if each.dimension == figure.dimension]
        if same:
            return IN_RANGE if any(each.holds(figure) for each in same) else OUT_OF_RANGE
    return 0.0
