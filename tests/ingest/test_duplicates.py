"""Near-identical passages, and templates that only look alike."""

import numpy as np
import pytest

from ingest.duplicates import _signatures, band_keys, find
from ingest.passage import Passage

TEXT = (
    "职工调到别的城市工作时，可以把原来的医保关系接过来，缴费的年头合在一起算，个人账户里剩下的钱也跟着转。"
    "新单位办完手续以后，原来那边的记录并不会消失，需要时还可以到窗口打印出来核对，也可以在手机上查看。"
)


def passage(number: int, text: str, heading: str = "转移", **fields) -> Passage:
    given = {"kind": "body", "article_id": f"article-{number}"} | fields
    return Passage(
        id=f"p{number}",
        file=f"{number}.txt",
        ordinal=0,
        title="标题",
        heading_path=(heading,),
        text=text,
        start=0,
        end=len(text),
        **given,
    )


def copies(*passages: Passage) -> list[tuple[int, str]]:
    return find(band_keys(passages), passages.__getitem__)


def test_reprints_are_copies_of_the_earliest():
    reprint = TEXT.replace("，", ",").replace("剩下", "余下")
    unrelated = "另外一段毫无关系的话，说的是药店里能买到什么东西。"
    passages = [passage(n, text) for n, text in enumerate((TEXT, unrelated, reprint, TEXT))]
    assert copies(*passages) == [(2, "p0"), (3, "p0")]


def test_another_numbering_of_the_paragraph_is_still_a_copy():
    assert copies(passage(1, f"1. {TEXT}"), passage(2, f"（三）{TEXT}")) == [(1, "p1")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"2024年度：{TEXT}", f"2025年度：{TEXT}"),
        (f"{TEXT}每月补380元。", f"{TEXT}每月补400元。"),
        (f"{TEXT}满三个月即可。", f"{TEXT}满六个月即可。"),
        (f"{TEXT}按百分之九十支付。", f"{TEXT}按百分之八十支付。"),
        (f"{TEXT}可以提取。", f"{TEXT}不可以提取。"),
        (f"绵阳、德阳：{TEXT}", f"绵阳、成都：{TEXT}"),
    ],
)
def test_templates_with_another_year_amount_place_or_negation_are_no_copies(one: str, other: str):
    assert copies(passage(1, one), passage(2, other)) == []


@pytest.mark.parametrize("field", [{"region": "成都"}, {"year": 2024}, {"kind": "table"}])
def test_another_region_year_or_kind_is_no_copy(field: dict):
    assert copies(passage(1, TEXT), passage(2, TEXT, **field)) == []


def test_the_heading_tells_short_texts_apart():
    text = "个人账户里的钱可以继续使用，不受停缴的影响。"
    assert copies(passage(1, text, heading="职工医保"), passage(2, text, heading="离休干部和伤残军人")) == []
    assert copies(passage(1, text), passage(2, text)) == [(1, "p1")]


def test_one_article_does_not_repeat_itself():
    assert copies(passage(1, TEXT), passage(2, TEXT, article_id="article-1")) == []


def test_short_texts_are_never_copies():
    assert copies(passage(1, "可以报销。"), passage(2, "可以报销。")) == []


def test_signatures_estimate_the_overlap_of_shingles():
    # 100 shingles each, 50 of them shared: an overlap of 50 / 150.
    letters = [chr(0x4E00 + n) for n in range(154)]
    signatures = _signatures(["".join(letters[:104]), "".join(letters[50:154])]).reshape(2, -1)
    assert np.mean(signatures[0] == signatures[1]) == pytest.approx(1 / 3, abs=0.25)


def test_signatures_do_not_depend_on_the_neighbours_in_a_batch():
    alone = _signatures([TEXT])[0]
    assert (_signatures(["前面的另一段文字", TEXT, "后面的另一段文字"])[1] == alone).all()
