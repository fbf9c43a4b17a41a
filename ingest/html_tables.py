"""Tables of a page: merged cells repeated wherever they reach, header rows told from the rest."""

from lxml.html import HtmlElement

from .article import Table

#: A header of merged cells rarely spans more rows.
_MOST_HEADER_ROWS = 3
#: Guards against a colspan of a million.
_WIDEST = 60


def is_layout(table: HtmlElement) -> bool:
    """Whether a table only places things on the page: it has one column, one row, or tables inside."""
    rows = own_rows(table)
    widths = [len(_cells(row)) for row in rows]
    return bool(table.findall(".//table")) or len(rows) < 2 or max(widths, default=0) < 2


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
            text = " ".join(cell.text_content().split())
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for below in range(r, min(r + down, len(rows))):
                for beside in range(column, min(column + across, _WIDEST)):
                    filled[below].setdefault(beside, text)
            column += across
    width = max((max(row, default=-1) + 1 for row in filled), default=0)
    return [[row.get(column, "") for column in range(width)] for row in filled]


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), 1000) if value.isdecimal() else 1


def read_table(table: HtmlElement) -> Table:
    """A table with its title, which stands in a caption or in a first row of one merged cell."""
    rows = [row for row in grid(table) if any(row)]
    caption = table.findtext("caption")
    title = caption.strip() if caption else None
    if rows and len(set(rows[0])) == 1 and len(rows) > 1:
        title = title or rows[0][0]
        rows = rows[1:]
    depth = _header_rows(table, rows)
    header = tuple(_joined([row[column] for row in rows[:depth]]) for column in range(len(rows[0]))) if rows else ()
    return Table(title, header, tuple(tuple(row) for row in rows[depth:]))


def _header_rows(table: HtmlElement, rows: list[list[str]]) -> int:
    """How many rows the header has: one, or as many as its first cell is merged over."""
    first = next((row for row in own_rows(table) if len(_cells(row)) > 1), None)
    if first is None or len(rows) < 2:
        return 0
    down = max((_span(cell, "rowspan") for cell in _cells(first)), default=1)
    across = any(_span(cell, "colspan") > 1 for cell in _cells(first))
    return min(down, _MOST_HEADER_ROWS, len(rows) - 1) if across and down > 1 else 1


def _joined(names: list[str]) -> str:
    return " ".join(dict.fromkeys(name for name in names if name))
