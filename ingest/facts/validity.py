"""From when until when a document is in force: 自…起施行, 有效期…年, 试行, 失效日期."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from .dates import FoundDay, find, han_number

#: 本通知, 本办法: the document speaks of itself.
_THIS = re.compile(
    r"(?:(?<![基成资版根原样文])本|(?<!应)该)(?:通知|办法|规定|规程|(?:实施)?(?:细则|意见|方案)|条例|公告|通告|决定|标准|文件"
    r"|法|规章|政策|制度|指引|规范)"
)
_THIS_FROM = re.compile(rf"{_THIS.pattern}[^。；，、\n]{{0,10}}[，,]?(?:自|从|于)\s?$")
_SENTENCE_END = re.compile(r"[。；;！!？?\n]")
#: Labelled fields of a page's own fact box.
_STARTS_LABEL = re.compile(r"(?:实施|施行|生效|执行)(?:日期|时间)\s?[:：]\s?$")
_ENDS_LABEL = re.compile(
    r"(?:失效|废止|终止|到期|有效期(?:截止)?)(?:日期|时间)?(?:至|到)?\s?[:：]\s?(?:至|到)?\s?$"
)
_STARTS_AFTER = re.compile(
    r"(?:[（(][^）)\n]{0,20}[）)])?\s?(?:起|开始)[，,]?\s?(?:正式|全面|统一)?"
    r"(?:施行|实施|执行|生效|试行|按[^。；，\n]{1,12}执行)"
)
_ANNOUNCED = re.compile(
    r"自(?:发布|印发|公布|发文|颁布|公告|下发)之日起\s?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_ANNOUNCED_DAYS = re.compile(
    r"自(?:发布|印发|公布|颁布)之日起\s?(\d{1,3})\s?日后?(?:起)?(?:施行|实施|执行|生效)"
)
_NUMBER = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_LASTS = re.compile(
    rf"(?:有效期限?|施行期限?|试行期限?|试行|执行期限?)\s?"
    r"(?:暂定|定|均|自[^，。；\n]{0,30}?)?"
    rf"\s?(?:为|是|[:：])?\s?{_NUMBER}\s?(个月|年)"
)
_UNTIL_BEFORE = re.compile(
    r"(?:有效期限?|施行|实施|执行|试行|生效)[^。；;\n]{0,40}?(?:至|到|止于|截至)\s?$"
    r"|(?:截止|止)(?:日期|时间)[为是至:：]{0,2}\s?$"
)
#: Something else than the document that is valid for a while, or ends: 审核确认有效期, 居住证有效期.
_OTHER_VALIDITY = re.compile(
    r"(?:确认|审核|登记|备案|证件?|证书|协议|合同|凭证|密码|名额|资格|处方|码|单|卡|申请|凭据|报告"
    r"|结果)(?:的|之)?$"
)


#: A line that is only a date.
_SIGNATURE = re.compile(
    r"^[ \u3000\t]*([\d〇零○一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月"
    r"[\d一二三四五六七八九十]{1,3}日)[ \u3000\t]*$",
    re.MULTILINE,
)


class Validity(NamedTuple):
    """effective: ISO day from which the document applies; expires: the last day on which it does."""

    effective: str | None
    expires: str | None


def validity(text: str, published: str | None, effective: str | None = None) -> Validity:
    """What a document says about its own time in force; None where it does not say.

    text       the document, with the facts beside it if it has some (实施日期：…)
    published  ISO; counts where the document applies from the day it was issued
    effective  ISO; where it is known already, the document is not asked
    """
    days = list(find(text))
    effective = effective or _effective_date(text, published, days)
    return Validity(effective, _expiry_date(text, effective, published, days))


def _effective_date(text: str, published: str | None, days: list[FoundDay]) -> str | None:
    """The day from which the document applies, ISO; None if it does not say.

    A labelled date decides, then what the document says of itself (本通知自…起施行). Dates of its parts count
    only where they agree, since each holds for its part alone.
    """
    parts: list[str] = []
    for day in days:
        if _STARTS_LABEL.search(text[max(0, day.start - 12) : day.start]):
            return day.iso
    for day in days:
        if not _STARTS_AFTER.match(text, day.end):
            continue
        before = _sentence_before(text, day.start)
        if _THIS_FROM.search(before):
            return day.iso
        if before.endswith(("自", "从", "于")) and not before[:-1].rstrip("，, ").endswith("》"):
            parts.append(day.iso)
    if issued := _issued(text, published):
        if wait := _ANNOUNCED_DAYS.search(text):
            return (date.fromisoformat(issued) + timedelta(days=int(wait[1]))).isoformat()
        if _ANNOUNCED.search(text):
            return issued
    return parts[0] if len(set(parts)) == 1 else None


def _expiry_date(text: str, effective: str | None, published: str | None, days: list[FoundDay]) -> str | None:
    """The last day on which the document applies, ISO; None if it does not say.

    A labelled day or 有效期至… is taken as it stands. A period begins with `effective`, else with the day of
    issue, and ends on the day before its anniversary: five years from 2019-07-01 last to 2024-06-30.
    """
    for day in days:
        if _ENDS_LABEL.search(text[max(0, day.start - 14) : day.start]):
            return day.iso
    for day in days:
        before = _sentence_before(text, day.start)
        until = _UNTIL_BEFORE.search(before)
        if until and (_THIS.search(before) or before.lstrip(" \u3000").startswith(("有效期", "执行至"))):
            return day.iso
    begins = effective or _issued(text, published)
    if begins is None:
        return None
    for lasts in _LASTS.finditer(text):
        if _is_own_period(text, lasts):
            return _last_day(begins, lasts)
    return None


def _issued(text: str, published: str | None) -> str | None:
    """The day of issue: the date under the signature, else the day the page was published."""
    signed = [found.iso for line in _SIGNATURE.findall(text) if (found := next(find(line), None))]
    return signed[-1] if signed else published[:10] if published else None


def _is_own_period(text: str, lasts: re.Match[str]) -> bool:
    """Whether a period is the document's: 本通知有效期5年, 自…起施行，有效期5年; not 居住证有效期1年."""
    before = _sentence_before(text, lasts.start())
    if _OTHER_VALIDITY.search(before):
        return False
    return bool(_THIS.search(before) or re.search(r"起[^。]{0,4}(?:施行|实施|执行|生效|试行)", before))


def _sentence_before(text: str, position: int) -> str:
    """What stands before `position` in its sentence, at most 80 characters."""
    before = text[max(0, position - 80) : position]
    ends = [m.end() for m in _SENTENCE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _last_day(begins: str, lasts: re.Match[str]) -> str | None:
    number = int(lasts[1]) if lasts[1].isdigit() else han_number(lasts[1])
    months = number * (1 if lasts[2] == "个月" else 12)
    if not 0 < months <= 12 * 50:
        return None
    first = date.fromisoformat(begins)
    whole = first.month - 1 + months
    year, month = first.year + whole // 12, whole % 12 + 1
    try:
        end = date(year, month, first.day)
    except ValueError:  # no such day in that month, as on 29 February: the period runs to the month's end
        end = date(year + month // 12, month % 12 + 1, 1)
    return (end - timedelta(days=1)).isoformat()
