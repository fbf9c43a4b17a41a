"""Lines that are no part of the article, each by the rule that names it."""

import pytest

from ingest.layout.furniture import furniture_rule, is_closing, is_filler, is_symbol, split_hosting


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("提示：本页内容不能取代医生诊断，如有不适请及时就医。", "disclaimer"),
        ("温馨提示:以上数据仅供您参考!请以当地社保局公布的为准!", "disclaimer"),
        ("河湾网声明:文章来自网友投稿,只代表作者个人意见。投诉", "disclaimer"),
        ("免责声明：转载内容若涉及侵权请告知。", "disclaimer"),
        ("以上内容仅供参考。", "disclaimer"),
        ("转载请注明出处。", "disclaimer"),
        ("打印本页 | 关闭窗口", "page tools"),
        ("分享到：微信 微博", "page tools"),
        ("字号：大 中 小", "page tools"),
        ("点击查看更多", "page tools"),
        ("上一篇：医保怎么交", "neighbour articles"),
        ("首页 > 医保 > 正文", "breadcrumb"),
        ("当前位置：首页 > 医保", "breadcrumb"),
        ("微信扫一扫关注我们", "follow us"),
        ("在公众号对话框回复【医保】即可查询", "follow us"),
        ("责任编辑：小周", "byline"),
        ("（文/小周）", "byline"),
        ("冀ICP备00000000号", "registration"),
        ("标签：医保 社保", "tags"),
        ("阅读 123", "counter"),
        ("广告", "advertisement"),
        ("（完）", "end mark"),
        ("----------", "separator"),
        ("图片来源：网友", "image"),
    ],
)
def test_furniture_is_named(text: str, rule: str):
    assert furniture_rule(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "温馨提示：补缴期限为3个月，逾期要重新计算。",
        "单位侵犯劳动者权益的，可以向监察部门投诉、举报。",
        "注意事项",
        "微信",
        "195",
        "大",
        "审核：窗口人员核对材料。",
        "关注“河湾税务”公众号，选择缴费项目。",
        "下一步是等待审核。",
        "一篇读懂医保",
        "来源于工资的部分按比例计入。",
        "医保报销以出院结算单为准。",
        "完成备案",
        "下列事项不作为代表建议提出",
        "未经测绘单位许可，不得复制或者转让。",
        "—",
    ],
)
def test_content_stays(text: str):
    assert furniture_rule(text) is None


def test_filler_announces_what_comes():
    assert is_filler("随着政策调整，断缴的话题备受关注。本文将从三方面为大家解读。下面就随小编一起看看吧。")


def test_a_paragraph_that_says_something_is_no_filler():
    assert not is_filler("本文将介绍补缴办法。补缴期限为3个月。")
    assert not is_filler("断缴次月起停止报销。")


def test_closing_sends_the_reader_elsewhere():
    assert is_closing("以上信息综合自公开资料，请以当地规定为准。如有疑问，可咨询当地经办机构。")
    assert not is_closing("如有疑问，可咨询当地经办机构。补缴期限为3个月。")
    assert not is_closing("账户余额可以继续使用。")


def test_last_sentence_to_the_reader_is_parted():
    text, hosting = split_hosting("断缴次月起停止报销。具体情况跟小编一起来看看吧。")
    assert (text, hosting) == ("断缴次月起停止报销。", "具体情况跟小编一起来看看吧。")
    assert split_hosting("断缴次月起停止报销。") == ("断缴次月起停止报销。", "")


def test_symbols_are_told_from_words():
    assert is_symbol("—")
    assert is_symbol("|")
    assert not is_symbol("无")
    assert not is_symbol("5")
