"""Places in texts: look-alikes, shared names, and which place an article or passage is about."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts import region


def named(text: str) -> list[str]:
    return [mention.region for mention in region.mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("达州职工怎么补缴", ["达州"]),
        ("四川达州", ["达州"]),
        ("四川省 绵阳市", ["绵阳"]),
        ("吉林的政策", ["吉林"]),
        ("吉林市的政策", ["吉林市"]),
        ("吉林省吉林市", ["吉林市"]),
        ("长春市朝阳区", ["长春朝阳"]),
        ("北京市朝阳区", ["北京朝阳"]),
        ("朝阳区的窗口", ["北京朝阳"]),
        ("长春的窗口在朝阳区", ["长春", "长春朝阳"]),
        ("辽宁朝阳", ["朝阳"]),
        ("朝阳医保", ["朝阳"]),
        ("天津河北两地", ["天津", "河北"]),
        ("天津市河北区", ["天津河北"]),
        ("南京市鼓楼区", ["南京鼓楼"]),
        ("内蒙和内蒙古", ["内蒙古", "内蒙古"]),
        ("从上海南站出发", ["上海"]),
        ("沪惠保今年多少钱", ["上海"]),
        ("廣州與臺灣", ["广州", "台湾"]),
        ("山西和山东", ["山西", "山东"]),
        ("义乌、昆山、晋江", ["义乌", "昆山", "晋江"]),
    ],
)
def test_mentions_reads_places_by_their_longest_name_and_surroundings(text: str, expected: list[str]):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "去医保定点药店",
        "加大连续参保的奖励",
        "产假98天津贴怎么算",
        "查询更新余额",
        "规定西药的比例",
        "其中卫生材料",
        "祝身体安康",
        "白银价格",
        "朝阳产业",
        "中山路与南京西路",
        "每月四平方米",
        "手续完成都可以报销",
        "鼓楼区",  # of four cities, and none is named
        "美丽水乡",
        "京的沪的粤的",
    ],
)
def test_words_that_look_like_places_are_none(text: str):
    assert named(text) == []


def test_a_place_in_the_name_of_a_hospital_is_marked():
    assert region.mentions("淄博市中心医院")[0].in_name
    assert region.mentions("北京协和医院")[0].in_name
    assert not region.mentions("淄博的医院")[0].in_name
    assert not region.mentions("上海公司给员工缴多少")[0].in_name
    assert not region.mentions("广州参保人到定点医院")[0].in_name


def test_places_leaves_out_those_that_hold_another():
    assert region.places("广东这边，广州和深圳不同") == ("广州", "深圳")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("广东省", "广东"),
        ("广东", "广东"),
        ("粤", "广东"),
        ("穗", "广州"),
        (" 达州市 ", "达州"),
        ("四川达州", "达州"),
        ("朝阳", "朝阳"),
        ("朝阳区", "北京朝阳"),
        ("北京朝阳", "北京朝阳"),
        ("吉林市", "吉林市"),
        ("龙江", "黑龙江"),
        ("中山", "中山"),
        ("廣東", "广东"),
        ("月球", None),
        ("广州和深圳", None),
        ("", None),
    ],
)
def test_resolve_reads_what_users_write(asked: str, expected: str | None):
    assert region.resolve(asked) == expected


def test_within_holds_all_that_lies_inside_and_nothing_else():
    assert {"广东", "广州", "天河", "深圳"} <= region.within("广东")
    assert region.within("山东").isdisjoint(region.within("山西"))
    assert region.within("天河") == {"天河"}
    assert region.ancestors("天河") == ("广州", "广东")
    assert region.ancestors("广东") == ()


def test_every_place_lies_in_one_province_and_resolves_to_itself():
    keys = region._gazetteer().keys
    provinces = {key for key in keys if not region.ancestors(key)}
    assert len(provinces) == 34
    assert sum(len(region.within(p)) for p in provinces) == len(keys) > 1200
    assert [key for key in keys if region.resolve(key) != key] == []


@pytest.mark.parametrize(
    ("title", "source", "text", "number", "expected"),
    [
        ("绵阳灵活就业怎么缴", None, "成都、德阳也可以。", None, "绵阳"),
        ("四川绵阳灵活就业怎么缴", None, "", None, "绵阳"),
        ("淄博市中心医院怎么挂号", None, "", None, "淄博"),
        ("广州和深圳的比例", None, "", None, "广东"),
        ("成都和西安的比例", None, "", None, None),
        ("全国统一的办法", "绵阳市医保局", "", None, None),
        ("怎么缴费", "绵阳市医疗保障局", "", None, "绵阳"),
        ("怎么缴费", "北京日报", "各地不同。", None, None),
        ("关于标准的通知", None, "", "穗民规字〔2025〕2号", "广州"),
        ("关于标准的通知", None, "", "国办发〔2024〕3号", None),
        ("怎么缴费", None, "绵阳市居民注意：我市今年从九月起缴费。", None, "绵阳"),
        ("怎么缴费", None, "如北京可以，上海不行，成都要等。", None, None),
        ("怎么缴费", None, "绵阳规定一。绵阳规定二。绵阳规定三。", None, "绵阳"),
        ("怎么缴费", None, "先说一般的做法。" * 12 + "绵阳规定一。绵阳规定二。绵阳规定三。", None, None),
        ("怎么缴费", None, "可用“陕西医保”APP。也可到陕西医保”小程序。", None, None),
    ],
)
def test_article_region_looks_at_title_then_issuer_then_text(title, source, text, number, expected):
    assert region.article_region(title, source, text, number) == expected


@pytest.mark.parametrize(
    ("text", "headings", "title", "around", "expected"),
    [
        ("成都：单位缴6.5%。", (), "比例", None, "成都"),
        ("单位缴6.5%。", ("成都的比例",), "比例", None, "成都"),
        ("单位缴6.5%。", (), "成都的比例", None, "成都"),
        ("单位缴6.5%。", (), "比例", "德阳", "德阳"),
        ("单位缴费（如上海为9%）。", (), "比例", None, None),
        ("成都缴6.5%，德阳缴7%。", (), "比例", None, None),
        ("在四川的成都办理。", (), "比例", None, "成都"),
        ("剑阁的窗口。广元规定如下，广元全市一样，广元医保局负责。", (), "x", None, "广元"),
        ("广东政务服务网可查。", (), "比例", "广州", "广州"),
        ("天河区另有补贴。", (), "补贴", "广州", "天河"),
        ("地址：天河区某某路12号。", (), "窗口", "广州", "广州"),
        ("转移到上海后停发。", (), "停发", "广州", "广州"),
        ("与上海的做法不同。", (), "做法", "广州", "广州"),
        ("上海：另有规定。", (), "做法", "广州", "上海"),
        ("上海市第六人民医院可直接结算。", (), "做法", None, None),
    ],
)
def test_passage_region_is_its_own_or_the_articles(text, headings, title, around, expected):
    assert region.passage_region(text, headings, title, around) == expected


@given(st.text(alphabet="广州市东朝阳区吉林省北京，。的医保a ", max_size=60))
def test_mentions_are_ordered_spans_of_known_places(text: str):
    end = 0
    for mention in region.mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert region.resolve(mention.region) == mention.region
        end = mention.end


def test_a_long_line_of_one_name_takes_linear_time():
    started = time.perf_counter()
    assert len(region.mentions("广州市" * 50_000)) == 50_000
    assert time.perf_counter() - started < 5
