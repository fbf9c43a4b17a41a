"""What articles are composed of: titles and sentences, from the team's shared texts or made by rules.

The shared texts are laws, news and, for rarer words, some science. Where they are absent, sentences are put together
from the project's own word lists, with names and drugs made of random characters, so that the vocabulary grows as it
does in real text. Both are the same on every run.
"""

import gzip
import itertools
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.data import LEXICON

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "text"
_SHARED_NAME, _GENERATOR = "shared texts", "generator"
#: Science is a spice: so many of its paragraphs, about a fifth of the sentences.
_SCIENCE = 20_000
#: So many sentences made by rules; shared texts give some 600,000.
_MADE = 200_000
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_TITLE = re.compile(r"[一-鿿]{4,38}(?:法|条例|规定|办法|细则|决定|解释)")
_HAN = re.compile(r"[一-鿿]")

_SCHEMES: tuple[str, ...] = (
    "职工医保",
    "居民医保",
    "大病保险",
    "医疗救助",
    "长期护理保险",
    "生育保险",
    "养老保险",
    "工伤保险",
)
_SCHEMES += (
    "失业保险",
    "住房公积金",
    "灵活就业参保",
    "异地就医",
    "门诊慢特病",
    "个人账户",
    "家庭共济",
    "社保卡",
)
_ASPECTS: tuple[str, ...] = (
    "缴费标准",
    "报销比例",
    "办理流程",
    "待遇享受期",
    "转移接续",
    "资格认定",
    "备案管理",
    "结算服务",
)
_ASPECTS += (
    "定点机构",
    "目录调整",
    "基金监管",
    "经办规程",
    "补缴办法",
    "起付标准",
    "最高支付限额",
    "申请材料",
)
_FORMS = ("有关问题的通知", "实施细则", "政策解读", "办事指南", "问答", "管理办法", "公告", "一览")
_PEOPLE = (
    "参保职工",
    "退休人员",
    "灵活就业人员",
    "城乡居民",
    "新生儿",
    "在校学生",
    "失业人员",
    "低保对象",
    "随迁老人",
)
_CASES = (
    "连续缴费满{n}个月",
    "中断缴费超过{n}个月",
    "在{place}长期居住",
    "因{illness}住院",
    "经{office}认定",
    "年满{n}周岁",
)
_DUTIES: tuple[str, ...] = (
    "可以申请{aspect}",
    "由{office}办理{aspect}",
    "应当在{n}日内向{office}申报",
    "从次月起享受{scheme}待遇",
)
_DUTIES += ("使用{drug}的费用按百分之{n}支付", "个人先行自付百分之{n}", "每人每年补助{n}元")
_ENDS = (
    "，所需材料由{office}公布",
    "，具体标准见{place}{scheme}{aspect}",
    "，联系人为{name}",
    "，另有规定的除外",
    "",
)


@dataclass(frozen=True, slots=True)
class TextSource:
    """name: where it comes from; sentences that follow each other in a text stand beside each other."""

    name: str
    titles: tuple[str, ...]
    sentences: tuple[str, ...]


def available(made: bool = False, shared: Path = SHARED) -> str:
    """The shared texts' name where they are there and the generator's are not asked for, else the generator's."""
    return _SHARED_NAME if shared.is_dir() and not made else _GENERATOR


def load(name: str) -> TextSource:
    """The source of that name, of those that `available` returns."""
    return from_texts(SHARED) if name == _SHARED_NAME else made_by_rules(_MADE)


def from_texts(folder: Path) -> TextSource:
    """Titles of the laws, and sentences of all three files of the shared folder."""
    laws = [json.loads(line) for line in _lines(folder / "law_articles.jsonl.gz")]
    paragraphs = itertools.chain(
        (law["text"] for law in laws),
        _lines(folder / "xwlb_paragraphs.txt.gz"),
        itertools.islice(_lines(folder / "chinaxiv_paragraphs.txt.gz"), _SCIENCE),
    )
    titles = dict.fromkeys(law["law"] for law in laws if _TITLE.fullmatch(law["law"]))
    return TextSource(
        "shared texts", (*titles, *_titles(random.Random(1), 4000)), tuple(_sentences(paragraphs))
    )


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        for found in _SENTENCE.findall(paragraph):
            sentence = found.strip()
            # Formulas and lists of figures are none.
            if 10 <= len(sentence) <= 140 and len(_HAN.findall(sentence)) > 0.7 * len(sentence):
                yield sentence


def made_by_rules(sentences: int) -> TextSource:
    """So many sentences of the generator, the same on every machine."""
    chance = random.Random(2)
    return TextSource(
        "generator", tuple(_titles(chance, 8000)), tuple(_made(chance) for _ in range(sentences))
    )


def _titles(chance: random.Random, wanted: int) -> list[str]:
    return [
        f"{chance.choice(_places())}{chance.choice(_SCHEMES)}{chance.choice(_ASPECTS)}{chance.choice(_FORMS)}"
        for _ in range(wanted)
    ]


def _made(chance: random.Random) -> str:
    pattern = (
        f"{chance.choice(_PEOPLE)}{chance.choice(_CASES)}的，{chance.choice(_DUTIES)}{chance.choice(_ENDS)}。"
    )
    return pattern.format_map(_Blanks(chance))


class _Blanks:
    """What stands in a sentence's blanks, made when it is asked for."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def __getitem__(self, name: str) -> str:
        return _FILLED[name](self._chance)


def _word(chance: random.Random) -> str:
    """Two or three characters. A few come up often and most rarely, as with real names."""
    characters = _characters()
    return "".join(
        characters[int(len(characters) * chance.random() ** 3)] for _ in range(chance.choice((2, 2, 3)))
    )


@cache
def _places() -> tuple[str, ...]:
    rows = (LEXICON / "regions.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(row.split("\t")[2] for row in rows if "\t" in row and not row.startswith(("#", "key\t")))


@cache
def _characters() -> str:
    rows = (LEXICON / "pinyin.txt").read_text(encoding="utf-8").splitlines()
    return "".join(row.split(" ", 1)[1] for row in rows if row and not row.startswith("#"))


_FILLED: dict[str, Callable[[random.Random], str]] = {
    "n": lambda chance: str(chance.randint(1, 120)),
    "place": lambda chance: chance.choice(_places()),
    "scheme": lambda chance: chance.choice(_SCHEMES),
    "aspect": lambda chance: chance.choice(_ASPECTS),
    "illness": lambda chance: f"{_word(chance)}病",
    "drug": lambda chance: f"{_word(chance)}{chance.choice(('片', '胶囊', '注射液', '颗粒'))}",
    "office": lambda chance: (
        f"{_word(chance)}{chance.choice(('医保中心', '社保局', '服务大厅', '街道办事处'))}"
    ),
    "name": lambda chance: f"{_word(chance)}科{_word(chance)}",
}
