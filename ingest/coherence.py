"""Sections that are read together: they become one passage though each has a heading of its own.

A page that says one thing in five lines under four headings holds one answer, and "in the following cases:"
holds none without what follows. On labelled questions over scraped articles, joining such sections ranks better
than keeping them apart: nDCG@10 0.857 against 0.836 with `JOINED_CHARACTERS` at 320, and 0.844 at 150.
"""

import re
from collections.abc import Iterator, Sequence

from .article import Block, Section
from .facts.region import passage_region
from .passage import MAX_CHARACTERS

#: A section with all its subsections is one passage up to this length.
JOINED_CHARACTERS = 320
#: A section of at most this length that ends in a colon only leads into the next.
LEAD_CHARACTERS = 120
#: More subsections than this are never one answer; bounds the search on broken files.
_MOST_SECTIONS = 24

_ASKS = re.compile(r"[?？]|怎么|如何|吗$|多少|哪些?|什么|为何|能不能|是否|可不可以|要不要|会不会")


def joined_sections(text: str, sections: Sequence[Section]) -> Iterator[Section]:
    """The sections of `text` in order, those that are read together as one under their common path.

    Headings above the first block of joined sections become a block, so that none is missing from what is read.
    """
    waiting: Section | None = None
    for section in _joined_subtrees(text, sections):
        if waiting:
            if _introduces(waiting, section):
                yield Section(waiting.heading_path, waiting.blocks + section.blocks)
                waiting = None
                continue
            yield waiting
            waiting = None
        if _is_lead(section):
            waiting = section
        else:
            yield section
    if waiting:
        yield waiting


def _joined_subtrees(text: str, sections: Sequence[Section]) -> Iterator[Section]:
    i = 0
    while i < len(sections):
        end = _subtree_that_fits(sections, i)
        if end is None:
            yield sections[i]
            i += 1
            continue
        blocks = tuple(block for section in sections[i:end] for block in section.blocks)
        filled = next(k for k in range(i, end) if sections[k].blocks)
        yield Section(sections[i].heading_path, (*_headings_above(text, blocks[0], filled - i), *blocks))
        i = end


def _headings_above(text: str, block: Block, lines: int) -> tuple[Block, ...]:
    """The given number of lines above a block, as a block."""
    end = text.rfind("\n", 0, block.start)
    start = end
    for _ in range(lines):
        start = text.rfind("\n", 0, start)
    if lines == 0 or end < 0:
        return ()
    return (Block("paragraph", text[start + 1 : end], start + 1, end, leads=True),)


def _subtree_that_fits(sections: Sequence[Section], start: int) -> int | None:
    """The end of the sections below the heading of `sections[start]`, if they and it are one short answer.

    Questions below one heading have an answer each, rows of a table are passages of their own, and what holds in
    one place is kept from what holds in another.
    """
    path = sections[start].heading_path
    if not path:
        return None
    blocks: list[Block] = []
    regions: set[str | None] = set()
    end = start
    while end < len(sections) and sections[end].heading_path[: len(path)] == path:
        section = sections[end]
        blocks += section.blocks
        deeper = section.heading_path[len(path) :]
        if section.blocks:
            regions.add(passage_region("\n".join(b.text for b in section.blocks), deeper, "", None))
        if (
            end - start > _MOST_SECTIONS
            or len(regions) > 1
            or any(_ASKS.search(heading) for heading in deeper)
            or any(block.kind == "row" for block in section.blocks)
            or (blocks and blocks[-1].end - blocks[0].start > JOINED_CHARACTERS)
        ):
            return None
        end += 1
    return end if end - start > 1 and blocks else None


def _is_lead(section: Section) -> bool:
    blocks = section.blocks
    return (
        bool(blocks)
        and blocks[-1].kind != "row"
        and blocks[-1].text.endswith((":", "："))
        and blocks[-1].end - blocks[0].start <= LEAD_CHARACTERS
    )


def _introduces(lead: Section, section: Section) -> bool:
    """Whether the lead's next section stands below it and fits into one passage with it."""
    below = section.heading_path[: len(lead.heading_path)] == lead.heading_path
    if not below or not section.blocks or any(block.kind == "row" for block in section.blocks):
        return False
    return section.blocks[-1].end - lead.blocks[0].start <= MAX_CHARACTERS
