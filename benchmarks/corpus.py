"""A folder of articles of any size: the sample corpus, then composed ones.

An article has a title, a date, and sections of one to three paragraphs under a numbered heading. A paragraph joins
two runs of neighbouring sentences of the source, so that hardly one repeats another. Article n is the same in a small
and in a large folder, and on every machine.
"""

import argparse
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from ingest.corpus import ingest_file, scan

from .text_source import TextSource, available, load

SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "articles"
#: Passages of so many articles tell how much to compose.
_TRIED = 300
#: No folder holds more files, since some file systems become slow.
_FILES_A_FOLDER = 1000
_RUN = 90
_NUMERALS = "一二三四五六七八九十"
_HEADINGS: tuple[str, ...] = (
    "适用范围",
    "参保登记",
    "缴费标准",
    "待遇水平",
    "办理材料",
    "办理流程",
    "报销比例",
    "工作要求",
    "监督管理",
)
_HEADINGS += (
    "异地就医",
    "账户管理",
    "常见问题",
    "时间安排",
    "组织实施",
    "法律责任",
    "注意事项",
    "咨询渠道",
    "职责分工",
)
_SOURCES = ("市医疗保障局", "人社局网站", "政府公报", "本地宝", "社保服务号", "税务局公告")


def compose(folder: Path, passages: int, source: str, read: Callable[[str], TextSource] = load) -> int:
    """Fill a folder with articles that give about so many passages; returns how many files it has.

    A folder that was filled with the same before is left as it is; the source is only read otherwise.
    """
    note = folder.with_suffix(".json")
    asked = {"passages": passages, "source": source}
    if note.is_file():
        found: dict[str, int] = json.loads(note.read_text(encoding="utf-8"))
        if found.items() >= asked.items():
            return found["files"]
    shutil.rmtree(folder, ignore_errors=True)
    note.unlink(missing_ok=True)
    text = read(source)
    samples = _sample(folder, passages)
    tried = min(_TRIED, max(1, passages // 50))
    blocks = sum(_write(folder, number, text) for number in range(tried))
    # Articles differ in length: passages a block of text are steadier than passages an article.
    a_block = _passages(folder / "composed") / blocks
    wanted = passages - _passages(folder / "sample")
    articles = tried
    while blocks * a_block < wanted:
        blocks += _write(folder, articles, text)
        articles += 1
    count = samples + articles
    note.write_text(json.dumps(asked | {"files": count}), encoding="utf-8")
    return count


def _sample(folder: Path, passages: int) -> int:
    """Articles of the sample corpus, in a small folder only some, so that they do not fill it."""
    (folder / "sample").mkdir(parents=True)
    files = sorted(SAMPLE.iterdir())[: max(1, passages // 40)]
    for file in files:
        shutil.copyfile(file, folder / "sample" / file.name)
    return len(files)


def _passages(folder: Path) -> int:
    return sum(len(its) for file in scan([folder]).files for _, its in ingest_file(file).articles)


def _write(folder: Path, number: int, text: TextSource) -> int:
    """Write an article; returns how many blocks of text it has."""
    path = folder / "composed" / f"{number // _FILES_A_FOLDER:03}" / f"{number:06}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = article(number, text)
    path.write_text(content, encoding="utf-8")
    return content.count("\n\n") + 1


def article(number: int, text: TextSource) -> str:
    """The text of article `number`, as a scraped page has it."""
    chance = random.Random(number)
    year = chance.randint(2012, 2026)
    title = f"{chance.choice(text.titles)}（{year}年第{number}号）"
    date = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    parts = [title, f"发布时间：{date} 来源：{chance.choice(_SOURCES)}"]
    for numeral, heading in zip(_NUMERALS, chance.sample(_HEADINGS, chance.randint(3, 8)), strict=False):
        parts.append(f"{numeral}、{heading}")
        parts += [_run(chance, text) + _run(chance, text) for _ in range(chance.randint(1, 3))]
    return "\n\n".join(parts) + "\n"


def _run(chance: random.Random, text: TextSource) -> str:
    """Neighbouring sentences, until there are enough characters."""
    start, run = chance.randrange(len(text.sentences)), ""
    while len(run) < _RUN:
        run += text.sentences[start % len(text.sentences)]
        start += 1
    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Fill FOLDER with articles that give about so many passages."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("passages", type=int)
    parser.add_argument("--made", action="store_true", help="by the generator, even where texts are shared")
    options = parser.parse_args()
    compose(options.folder, options.passages, available(options.made))


if __name__ == "__main__":
    main()
