"""Tables that a scraper broke into one cell a line, put together again.

Nothing in the text says how many columns there were. The number is inferred: in the right arrangement the
cells of a column resemble each other (figures under figures, short under short, the same words again) more
than in any other, and the first row reads like headings.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..article import Table
from .furniture import is_symbol
from .numbering import marker
from .source_lines import SourceLine

_LONGEST_CELL = 80
_MOST_COLUMNS = 8
#: Two rows of two cells under a header is the least that can be told from a list of short lines.
_FEWEST_CELLS = 6
#: A run longer than this is not a table of a web page; bounds the work on broken files.
_MOST_CELLS = 2_000
#: Confidence from which a run is taken for a table; weights and threshold were set on hand-made runs.
_ENOUGH = 1.3
#: Lines that stand together in a file whose paragraphs stand apart speak for a table by so much.
_BLOCK_WEIGHT = 0.4

_HEADER_WORD = re.compile(
    r"(?:名称|项目|人群|医院|类别|类型|种类|险种|人员|对象|群体|条件|描述|说明|详情|内容|范围|地区|城市|区县|材料|资料|要求|标准|比例|金额|额度|费率|费用|基数|档次|档|待遇|方式|渠道"
    r"|流程|步骤|时间|日期|期限|年限|年度|年份|年龄|备注|影响|变化|措施|政策|情形|情况|原因|级别|等级|机构|单位|个人|合计|小计|限额|起付线|封顶线|次数|电话|地址|序号|编号"
    r"|用途|性质|区别|账户|部分|部门|身份|性别|月份|系数|下限|上限|缴费|误区|误解|事实|真相|说法|做法|问题|答案|解答|报销|补贴|适用|月数|人数|天数|热线|网址|科室|职称"
    r"|(?:职工|居民|在职|退休)(?:医保|人员|职工|医疗保险)?)(?:[(（].{1,12}[)）])?$"
)
#: What stands over the column of row names, and nowhere else.
_CORNER = re.compile(
    r"(?:项目|对比项目?|比较项目?|类别|类型|险种|序号|名称|事项|区别|对比|指标|年份|年度|档次|地区|城市|人员类别|医院等级)$"
)
_TABLE_TITLE = re.compile(r"(?:表|一览|对照|清单|明细|对比|汇总)(?:[(（].{1,16}[)）])?\s*[:：]?$")
_NOTE = re.compile(r"^(?:注|备注|说明|数据来源|资料来源|来源|温馨提示|提示)\s*\d?\s*[:：]")
_SENTENCE_INSIDE = re.compile(r"[。！？；].")
_DELIMITER = re.compile(r"\s*[|｜]\s*|\t+\s*|\s{3,}")


class FoundTable(NamedTuple):
    """Lines `start` to `end` (exclusive) of the body hold a table; its title, if any, is the line before."""

    start: int
    end: int
    table: Table


def find_tables(lines: Sequence[SourceLine]) -> list[FoundTable]:
    """The tables among the lines of a body, in order."""
    # Where the file parts its paragraphs with empty lines, lines without one between them belong together.
    prose = [line.gap for line in lines if line.text.endswith("。") or len(line.text) > _LONGEST_CELL // 2]
    spaced = sum(prose) * 2 > len(prose)
    tables: list[FoundTable] = []
    for start, end in _delimited_runs(lines):
        tables.append(_delimited_table(lines, start, end))
    taken = {i for table in tables for i in range(table.start, table.end)}
    for start, end in _runs(lines, taken, spaced):
        tables += _tables_of_run(lines, start, end, spaced)
    return sorted(tables)


def _delimited_runs(lines: Sequence[SourceLine]) -> list[tuple[int, int]]:
    """Runs of lines that still hold a row each: as many cells on every line, parted by tabs, bars or gaps."""
    runs = []
    start = 0
    widths = [_width(line.text) for line in lines]
    while start < len(lines):
        end = start + 1
        if widths[start] >= 2:
            while end < len(lines) and widths[end] == widths[start]:
                end += 1
            if end - start >= 3 or (end - start == 2 and widths[start] >= 3):
                runs.append((start, end))
        start = end
    return runs


def _width(text: str) -> int:
    if len(text) > 400 or not ("|" in text or "｜" in text or "\t" in text or "   " in text) or marker(text):
        return 0
    return len(_cells(text))


def _cells(text: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in _DELIMITER.split(text.strip("|｜ \t")))


def _delimited_table(lines: Sequence[SourceLine], start: int, end: int) -> FoundTable:
    rows = [_cells(line.text) for line in lines[start:end]]
    rows = [row for row in rows if not all(re.fullmatch(r":?-{2,}:?", cell) for cell in row)]
    return FoundTable(start, end, Table(_title_before(lines, start), rows[0], tuple(rows[1:])))


def _runs(lines: Sequence[SourceLine], taken: set[int], spaced: bool) -> list[tuple[int, int]]:
    """Longest runs of lines that could each be a cell."""
    runs = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and end not in taken and _could_be_cell(lines, end, spaced):
            end += 1
        if end - start >= _FEWEST_CELLS:
            runs.append((start, end))
        start = max(end, start + 1)
    return runs


def _could_be_cell(lines: Sequence[SourceLine], i: int, spaced: bool) -> bool:
    text = lines[i].text
    if (
        len(text) > _LONGEST_CELL
        or text.endswith(("：", ":"))
        or _SENTENCE_INSIDE.search(text)
        or _NOTE.match(text)
    ):
        return False
    # A cell may end like a sentence, but then something must say that it is one: no gap on either side.
    if text.endswith("。") and not (
        spaced and not lines[i].gap and i + 1 < len(lines) and not lines[i + 1].gap
    ):
        return False
    mark = marker(text)
    return is_symbol(text) or mark is None or (mark.style in {"point", "comma"} and mark.end == len(text))


def _tables_of_run(lines: Sequence[SourceLine], start: int, end: int, spaced: bool) -> list[FoundTable]:
    """A run may hold a title, a table, another title and another table, and a note."""
    found: list[FoundTable] = []
    if spaced:
        # The lines without gaps are the table; those on both sides are prose without full stops.
        for block_start, block_end in _blocks(lines, start, end):
            if block_end - block_start >= _FEWEST_CELLS - 2:
                found += _tables_of_block(lines, block_start, block_end)
        if found:
            return found
        if rows := _rows_by_gaps(lines, start, end):
            return [rows]
    return _tables_of_block(lines, start, end, strict=True)


def _blocks(lines: Sequence[SourceLine], start: int, end: int) -> list[tuple[int, int]]:
    starts = [start, *(i for i in range(start + 1, end) if lines[i].gap), end]
    return list(pairwise(starts))


def _rows_by_gaps(lines: Sequence[SourceLine], start: int, end: int) -> FoundTable | None:
    """A table whose rows are parted by empty lines: blocks of equal size, at least two cells each."""
    blocks = _blocks(lines, start, end)
    if blocks and blocks[0][1] - blocks[0][0] == 1:
        blocks = blocks[1:]
    sizes = {b - a for a, b in blocks}
    if len(sizes) != 1 or len(blocks) < 3 or not 2 <= (width := sizes.pop()) <= _MOST_COLUMNS:
        return None
    cells = [line.text for line in lines[blocks[0][0] : end]]
    return _found(lines, blocks[0][0], cells, width)


def _tables_of_block(
    lines: Sequence[SourceLine], start: int, end: int, strict: bool = False
) -> list[FoundTable]:
    texts = [line.text for line in lines[start:end]][:_MOST_CELLS]
    found: list[FoundTable] = []
    offset = 0
    cuts = [
        i
        for i, text in enumerate(texts)
        if i and _TABLE_TITLE.search(text) and _titled_table_follows(texts, i)
    ]
    for cut in [*cuts, len(texts)]:
        part = texts[offset:cut]
        if part and (best := _best_arrangement(part, _text_before(lines, start + offset), strict)):
            skipped, length, columns = best
            begin = start + offset + skipped
            found.append(_found(lines, begin, part[skipped : skipped + length], columns))
        offset = cut
    return found


def _text_before(lines: Sequence[SourceLine], start: int) -> str:
    return lines[start - 1].text if start else ""


def _titled_table_follows(texts: list[str], i: int) -> bool:
    """Whether headings come after what reads like a table's title: then it is one, and no cell."""
    following = texts[i + 1 : i + 4]
    return len(following) >= 2 and sum(bool(_HEADER_WORD.search(text)) for text in following) >= 2


def _found(lines: Sequence[SourceLine], start: int, cells: list[str], columns: int) -> FoundTable:
    rows = [tuple(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    return FoundTable(start, start + len(cells), Table(_title_before(lines, start), rows[0], tuple(rows[1:])))


def _title_before(lines: Sequence[SourceLine], start: int) -> str | None:
    if start == 0:
        return None
    text = lines[start - 1].text
    mark = marker(text)
    if (
        len(text) > 40
        or text.endswith(("。", "；", "，", "如下", "如下:", "如下："))
        or (mark and not mark.numbered)
    ):
        return None
    return text[mark.end if mark else 0 :].rstrip(":：") or None


def _best_arrangement(texts: list[str], before: str, strict: bool) -> tuple[int, int, int] | None:
    """(lines before the table, its length, its columns) of the likeliest arrangement, or None.

    Up to two lines may stand before it (a title, a sentence); without gaps in the file, up to two after it.
    """
    best: tuple[float, tuple[int, int, int]] | None = None
    for skipped in range(min(3, len(texts))):
        title = texts[skipped - 1] if skipped else before
        context = _title_weight(title) + (0.0 if strict else _BLOCK_WEIGHT)
        # What is left out of the table must be explained; a run that fits whole is likelier.
        context -= 0.15 * skipped if _title_weight(title) else 0.4 * skipped
        for left in range(3 if strict else 1):
            length = len(texts) - skipped - left
            for columns in range(2, min(_MOST_COLUMNS, length // 2) + 1):
                if length % columns or length < 4:
                    continue
                score = _score(texts[skipped : skipped + length], columns) + context - 0.35 * left
                if score >= _ENOUGH and (best is None or score > best[0]):
                    best = score, (skipped, length, columns)
    return best[1] if best else None


def _title_weight(text: str) -> float:
    if not _TABLE_TITLE.search(text):
        return 0.0
    return 0.8 if re.search(r"(?:表|一览|对照)(?:[(（].{1,16}[)）])?\s*[:：]?$", text) else 0.4


def _score(cells: list[str], columns: int) -> float:
    """How much the cells look like a header and rows of so many columns; about 0 for chance."""
    header, body = cells[:columns], cells[columns:]
    if len(set(header)) < columns or any(len(cell) > 16 or cell.endswith("。") for cell in header):
        return -1.0
    words = sum(bool(_HEADER_WORD.search(cell)) for cell in header) / columns
    digits = sum(any(c.isdigit() for c in cell) for cell in header) / columns
    rows = len(body) // columns
    alike = _alikeness(body, columns) - _alikeness(body, 1)
    body_words = sum(bool(_HEADER_WORD.search(cell)) for cell in body[: columns * 2]) / min(
        len(body), columns * 2
    )
    corner = 0.3 if _CORNER.match(header[0]) else 0.0
    # Two rows agree by chance more often than ten.
    trust = rows / (rows + 1.5)
    score = 2.2 * alike * trust + 1.2 * words + corner - 0.8 * digits - 0.5 * body_words
    return score - (0.3 if rows < 2 else 0.0)


def _alikeness(cells: list[str], columns: int) -> float:
    """Mean resemblance of cells that stand below each other, 0..1."""
    if len(cells) <= columns:
        return 0.0
    pairs = [(cells[i], cells[i + columns]) for i in range(len(cells) - columns)]
    total = sum(_resemblance(_features(a), _features(b)) for a, b in pairs) / len(pairs)
    # The same words twice in one column are telling ("全国" … "全国"), in different columns a counter-sign.
    same = across = 0
    seen: dict[str, int] = {}
    counts = Counter(cells)
    for i, cell in enumerate(cells):
        # Figures recur anywhere.
        if counts[cell] < 2 or any(character.isdigit() for character in cell):
            continue
        if cell in seen:
            if seen[cell] == i % columns:
                same += 1
            else:
                across += 1
        seen[cell] = i % columns
    return total + (0.5 * (same - across) / (same + across + 2) if columns > 1 else 0.0)


class _Features(NamedTuple):
    length: int
    figure: bool
    percent: bool
    money: bool
    pause: bool
    comma: bool
    ending: str


@lru_cache(maxsize=4096)
def _features(cell: str) -> _Features:
    length = (
        0
        if len(cell) <= 2
        else 1
        if len(cell) <= 5
        else 2
        if len(cell) <= 10
        else 3
        if len(cell) <= 20
        else 4
    )
    return _Features(
        length,
        any(c.isdigit() for c in cell),
        "%" in cell or "％" in cell,
        "元" in cell,
        "、" in cell,
        "," in cell or "，" in cell,
        cell[-1],
    )


def _resemblance(a: _Features, b: _Features) -> float:
    near = 1 - min(abs(a.length - b.length), 3) / 3
    flags = (
        2 * (a.figure == b.figure)
        + (a.percent == b.percent)
        + (a.money == b.money)
        + (a.pause == b.pause)
        + (a.comma == b.comma)
    ) / 6
    return 0.45 * near + 0.35 * flags + 0.2 * (a.ending == b.ending)
