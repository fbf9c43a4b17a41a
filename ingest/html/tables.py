"""Tables of a page: merged cells repeated wherever they reach, header rows told from the rest."""

import re

from lxml import etree
from lxml.html import HtmlElement

from ..article import Table
from ..characters import clean_characters

#: A header of merged cells rarely spans more rows.
_MOST_HEADER_ROWS = 3
#: Guards against a colspan of a million.
_WIDEST = 60
_PARTING = frozenset(("p", "div", "br", "li", "ul", "ol", "tr", "td", "th", "dt", "dd", "h2", "h3", "h4"))
_FIGURE = re.compile(r"\d")
#: A fact of a table of facts is longer than a figure under a header.
_LONGEST_FIGURE = 30
#: What the second column of a table is called when it has a header.
_NAMES_FACTS = re.compile(
    r"(?:内容|说明|要求|标准|方式|渠道|途径|条件|金额|比例|待遇|材料|时间|时限|期限|范围|政策|规定|措施|详情|答|答复|回答|解答|备注|情况"
    r"|情形|地址|电话|流程|步骤|依据|结果|限额|次数|方法|描述|对象)$"
)
_LONGEST_GROUP = 40
_NOTE = re.compile(r"\W*(?:注|备注|说明|附注)\s*\d*\s*[：:]")
#: The name of a column, under a merged one, is short.
_LONGEST_NAME = 12


def is_layout(table: HtmlElement) -> bool:
    """Whether a table only places things on the page: it has one column, one row, or tables inside."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    rows = own_rows(table)
    return len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2


def own_rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def grid(table: HtmlElement) -> list[list[str]]:
    """Cell texts by row and column; a merged cell's text stands in every place that it covers."""
    rows = own_rows(table)
    filled: list[dict[int, str]] = [{} for _ in rows]
    for r, row in enumerate(rows):
        column = 0
        for cell in _cells(row):
            while column in filled[r]:
                column += 1
            text = cell_text(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for below in range(r, min(r + down, len(rows))):
                for beside in range(column, min(column + across, _WIDEST)):
                    filled[below].setdefault(beside, text)
            column += across
    width = max((max(row, default=-1) + 1 for row in filled), default=0)
    return [[row.get(column, "") for column in range(width)] for row in filled]


def cell_text(cell: HtmlElement) -> str:
    """The text of a cell, or of another small element, on one line; its paragraphs and line breaks part words."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if event == "start":
            pieces += [" " if element.tag in _PARTING else "", element.text or ""]
        elif element is not cell:
            pieces += [" " if element.tag in _PARTING else "", element.tail or ""]
    return " ".join(clean_characters("".join(pieces)).split())


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), 1000) if value.isdecimal() else 1


def read_table(table: HtmlElement) -> Table:
    """A table with its title, which stands in a caption or in first rows of one merged cell each."""
    rows = [row for row in grid(table) if any(row)]
    caption = table.find("caption")
    titles = [cell_text(caption)] if caption is not None and cell_text(caption) else []
    while len(rows) > 2 and len(rows[0]) > 1 and len(texts := {cell for cell in rows[0] if cell}) == 1:
        titles += texts
        rows = rows[1:]
    depth = 0 if _is_form(table, rows) else _header_rows(table, rows)
    header = tuple(_joined(list(column)) for column in zip(*rows[:depth], strict=True))
    return Table(" ".join(titles) or None, *_with_groups(header, rows[depth:]))


def _is_form(table: HtmlElement, rows: list[list[str]]) -> bool:
    """Whether a table states one fact a row ("办理条件 | 本市参保的…"), so that its first row is no header."""
    if not rows or len(rows[0]) != 2 or next(table.iter("th"), None) is not None:
        return False
    named = len(rows[0][1]) <= _LONGEST_NAME and _NAMES_FACTS.search(rows[0][1])
    return not named and any(len(row[1]) > _LONGEST_FIGURE for row in rows)


def _with_groups(
    header: tuple[str, ...], rows: list[list[str]]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Rows of one merged cell name the rows below them, which get that name as their first cell; so a row still
    says what it belongs to when it stands alone. A longer one, or the last, is a note: a row of its own."""
    whole = [len(set(row)) == 1 for row in rows]
    if not any(whole) or all(whole):
        return header, tuple(tuple(row) for row in rows)
    grouped: list[tuple[str, ...]] = []
    group = ""
    for row, merged, next_merged in zip(rows, whole, [*whole[1:], True], strict=True):
        if not merged:
            grouped.append((group, *row))
        elif next_merged or len(row[0]) > _LONGEST_GROUP or _NOTE.match(row[0]):
            grouped.append((row[0], *("" for _ in row)))
        else:
            group = row[0]
    if not group:  # there are only notes
        return header, tuple(row[1:] if not row[0] else row[:-1] for row in grouped)
    return ("", *header) if header else (), tuple(grouped)


def _header_rows(table: HtmlElement, rows: list[list[str]]) -> int:
    """How many rows the header has: as many as its first row is merged over, or one."""
    first = next((row for row in own_rows(table) if len(_cells(row)) > 1), None)
    if first is None or len(rows) < 2:
        return 0
    most = min(_MOST_HEADER_ROWS, len(rows) - 1)
    if not any(_span(cell, "colspan") > 1 for cell in _cells(first)):
        return 1
    down = max(_span(cell, "rowspan") for cell in _cells(first))
    if down == 1 and _names_columns(rows[0], rows[1]):
        return min(2, most)
    return min(down, most)


def _names_columns(above: list[str], below: list[str]) -> bool:
    """Whether a row names what merged cells above it are divided into: short different names without a figure."""
    divided = [below[i] for i in range(len(above)) if above.count(above[i]) > 1]
    return len(divided) > len(set(above)) // 2 and all(
        name and len(name) <= _LONGEST_NAME and not _FIGURE.search(name) for name in divided
    )


def _joined(names: list[str]) -> str:
    return " ".join(dict.fromkeys(name for name in names if name))
