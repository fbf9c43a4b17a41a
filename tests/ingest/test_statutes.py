"""Laws: articles under the path of their chapters."""

from ingest.layout.statutes import article_number, contents_span, division_level, is_statute
from ingest.scraped import read_scraped
from ingest.splitting import split

LONG = "参保人员应当如实提供材料，" * 20
LAW = f"""河湾市医疗保障规定

目　录
第一章　总则
第二章　缴费
第一节　职工
第二节　居民

第一章　总则
第一条　为了保障看病，制定本规定。
第二条　本规定适用于本市。
第二章　缴费
第一节　职工
第三条　用人单位按月缴费，包括：
（一）基本医疗保险费；
（二）大额补助费。
第二节　居民
第四条　{LONG}
经办机构应当核对材料。{LONG}
第十五条之一　居民按年缴费。
"""


def test_article_numbers_are_read():
    assert article_number("第十四条　个人账户不得提前支取。") == 14
    assert article_number("第120条 内容") == 120
    assert article_number("第三条之二　内容") == 3
    assert article_number("第十四条规定，个人账户不得提前支取。") is None
    assert article_number("第三条的内容") is None
    assert article_number("本办法第三条") is None


def test_three_rising_articles_make_a_statute():
    assert is_statute(["第一条 甲", "说明", "第二条 乙", "第三条 丙"])
    assert not is_statute(["第一条 甲", "第二条 乙"])
    assert not is_statute(["第九条 甲", "第三条 乙", "第一条 丙"])


def test_divisions_have_levels():
    texts = ("第一编 总则", "第二分编 合同", "第三章 缴费", "第一节 职工", "附则", "第一条 甲")
    assert [division_level(text) for text in texts] == [1, 2, 3, 4, 3, None]


def test_table_of_contents_ends_where_its_first_heading_recurs():
    assert contents_span(["标题", "目录", "第一章 甲", "第二章 乙", "第一章　甲", "第一条 丙"]) == (1, 4)
    assert contents_span(["第一章 甲"]) is None


def test_each_article_is_a_passage_under_its_chapters():
    article = read_scraped("law.txt", LAW)
    passages = [(p.heading_path, p.text[:4].strip()) for p in split(article)]
    assert passages[:3] == [
        (("第一章　总则",), "第一条"),
        (("第一章　总则",), "第二条"),
        (("第二章　缴费", "第一节　职工"), "第三条"),
    ]
    assert sum(d.rule == "table of contents" for d in article.dropped) == 5


def test_items_stay_with_their_article():
    third = split(read_scraped("law.txt", LAW))[2]
    assert third.text.endswith("（二）大额补助费。")


def test_rest_of_a_long_article_names_it():
    pieces = [
        p
        for p in split(read_scraped("law.txt", LAW))
        if p.heading_path[:2] == ("第二章　缴费", "第二节　居民")
    ]
    assert pieces[0].text.startswith("第四条")
    assert pieces[1].heading_path[-1] == "第四条"
    assert pieces[-1].text.startswith("第十五条之一")
