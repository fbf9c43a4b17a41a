"""Web pages in the shapes of the usual publishing systems: what an editor makes of each."""

import time

import pytest

from ingest.article import Article
from ingest.errors import BadInputError
from ingest.facts.metadata import enrich
from ingest.html.page import read_html

BODY = (
    "<p>为了让灵活就业的人看病少花钱，松河市把门诊统筹的范围放宽了。</p>"
    "<p>一、哪些人可以享受</p><p>按月缴纳职工医保的灵活就业人员，从缴费的下个月起享受。</p>"
    "<p>二、怎样报销</p><p>在定点的社区卫生服务中心看病，出示医保码直接结算，不用先垫钱。</p>"
)
TITLE = "松河市放宽灵活就业人员门诊统筹范围的通知"
FURNITURE = ("打印", "关闭", "分享", "上一篇", "扫一扫", "字体", "浏览", "首页", "版权", "备案")


def provincial() -> str:
    """A provincial insurance bureau: meta elements by rule, a box of facts, TRS editor."""
    return f"""<!DOCTYPE html><html><head><title>通知公告_{TITLE}_松河省医疗保障局</title>
    <meta name="SiteName" content="松河省医疗保障局"><meta name="ColumnName" content="通知公告">
    <meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2025-03-04 16:20">
    <meta name="ContentSource" content="松河省医疗保障局待遇处"></head><body>
    <div class="header"><a href="/">首页</a></div>
    <div class="position">当前位置：<a href="/">首页</a> &gt; 通知公告</div>
    <table class="xxgk"><tr><td>索 引 号：</td><td>0001-2</td><td>文　　号：</td><td>松医保发[2025]12号</td></tr>
    <tr><td>发布机构：</td><td>松河省医疗保障局</td><td>实施日期：</td><td>2025年4月1日</td></tr>
    <tr><td>失效日期：</td><td>2030-03-31</td><td>有效性：</td><td>有效</td></tr></table>
    <h1>{TITLE}</h1><div class="xl-info">发布时间：2025-03-04 来源：待遇处 【字体：大 中 小】 【打印】</div>
    <div class="zoom"><div class="view TRS_UEDITOR trs_paper_default">{BODY}
    <p>附件：<a href="./P02.docx">申请表.docx</a></p></div></div>
    <div class="tools">【打印本页】【关闭窗口】 扫一扫在手机打开当前页</div>
    <div class="footer">版权所有：松河省医疗保障局 松ICP备1234号</div></body></html>"""


def human_resources() -> str:
    """A city's 人社局: no meta, a line of facts under the title, share bar and neighbours inside the container."""
    return f"""<html><head><title>{TITLE}-松河市人力资源和社会保障局</title></head><body>
    <div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li></ul></div>
    <div class="article"><h2 class="title">{TITLE}</h2>
    <div class="info"><span>发布日期：2025-03-04 09:30</span><span>来源：松河市人社局</span>
    <span>浏览次数：<i>123</i></span></div>
    <div class="article-content">{BODY}
    <p>打印本页</p><p>关闭窗口</p><p>分享到：微信 微博</p><p>扫一扫在手机打开当前页</p>
    <p>上一篇：<a href="/1">去年的一个通知</a></p><p>下一篇：没有了</p></div></div></body></html>"""


def national() -> str:
    """The national bureau's layout: site before the title, facts glued together."""
    return f"""<html><head><title>国家医疗服务局 - {TITLE}</title></head><body>
    <div class="atricle"><div class="atricle-title">{TITLE}</div>
    <div class="time-ly">日期：2025-03-04<b>来源：医药服务司</b>字体：<a>大</a> <a>中</a> <a>小</a></div>
    <div class="content" id="zoom">{BODY}</div></div>
    <div class="bottom">网站标识码1234 版权所有</div></body></html>"""


def wechat() -> str:
    """An article of a public account."""
    return f"""<html><head>
    <meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="微信公众平台">
    <meta property="og:url" content="https://example.test/s/1"><title></title></head><body>
    <div id="img-content" class="rich_media_wrp"><h1 class="rich_media_title" id="activity-name">{TITLE}</h1>
    <div id="meta_content" class="rich_media_meta_list"><span class="rich_media_meta rich_media_meta_nickname">
    <a href="javascript:void(0);" id="js_name">松河医保</a></span> <em id="publish_time">2025年3月4日 18:06</em></div>
    <div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;">
    <section><section><p><span>点击上方蓝字关注我们</span></p></section></section><section>{BODY}</section>
    <p><img data-src="x.jpg"></p><p>长按识别二维码关注松河医保</p><p>编辑：小林</p></div></div>
    <script>var ct="1741082760";</script></body></html>"""


def wordpress() -> str:
    """A site made with WordPress."""
    return f"""<html><head><title>{TITLE} – 松河社保指南</title><meta property="og:site_name" content="松河社保指南">
    <meta property="article:published_time" content="2025-03-04T08:00:00+08:00">
    <meta property="og:url" content="https://example.test/p/7"></head><body>
    <header class="site-header"><h1 class="site-title"><a href="/">松河社保指南</a></h1></header>
    <main><article class="post"><header><h1 class="entry-title">{TITLE}</h1>
    <div class="entry-meta">Posted on <time class="entry-date" datetime="2025-03-04T08:00:00+08:00">2025年3月4日</time></div></header>
    <div class="entry-content">{BODY}<div class="sharedaddy share">分享到 <a href="#">微博</a> <a href="#">微信</a></div>
    <h3>相关文章</h3><ul><li><a href="/1">另一篇讲养老金的文章</a></li><li><a href="/2">另一篇讲工伤的文章</a></li>
    <li><a href="/3">另一篇讲失业金的文章</a></li></ul></div></article>
    <aside class="widget-area sidebar"><p>热门：公积金提取指南，点这里看完整的说明。</p></aside>
    </main></body></html>"""


SITES = {
    "provincial": (provincial, "松河省医疗保障局待遇处"),
    "human resources": (human_resources, "松河市人社局"),
    "national": (national, "医药服务司"),
    "wechat": (wechat, "松河医保"),
    "wordpress": (wordpress, None),
}


@pytest.mark.parametrize("site", SITES)
def test_site_is_understood(site: str):
    make, source = SITES[site]
    article = read_html("a.html", make())
    assert article.title == TITLE
    assert (article.published or "")[:10] == "2025-03-04"
    assert article.source == source
    headings = [s.heading_path for s in article.sections]
    assert headings == [(), ("哪些人可以享受",), ("怎样报销",)]
    assert article.text.startswith("为了让灵活就业的人")
    assert not [word for word in FURNITURE if word in article.text]
    assert article.text.endswith("不用先垫钱。")


def test_box_of_facts_gives_number_and_days():
    article = read_html("a.html", provincial())
    assert article.document_number == "松医保发〔2025〕12号"
    assert (article.effective, article.expires) == ("2025-04-01", "2030-03-31")


@pytest.mark.parametrize(
    "box",
    [
        "<ul><li>文号：松医规〔2024〕3号</li><li>实施日期：2024-05-01</li><li>失效日期：2029-04-30</li></ul>",
        "<p>【文号】：松医规【2024】3号 【实施日期】：2024-05-01 【失效日期】：2029-04-30</p>",
        "<table><tr><th>发文字号</th><td>松医规（2024）3 号</td></tr><tr><th>生效日期</th><td>2024年5月1日</td></tr>"
        "<tr><th>废止日期</th><td>2029年4月30日</td></tr></table>",
        "<dl><dt>发文字号：</dt><dd>松医规〔2024〕3号</dd>"
        "<dt>施行日期：</dt><dd>2024-05-01</dd><dt>失效日期：</dt><dd>2029-04-30</dd></dl>",
        "<div><span>文　　号：</span><span>松医规〔2024〕3号</span></div>"
        "<div><b>实施日期：</b>2024-05-01</div><div>失效日期：2029-04-30</div>",
    ],
)
def test_facts_are_found_in_every_usual_box(box: str):
    article = read_html("a.html", f"<title>{TITLE}</title>{box}<div id='zoom'>{BODY}</div>")
    assert article.document_number == "松医规〔2024〕3号"
    assert (article.effective, article.expires) == ("2024-05-01", "2029-04-30")


def test_empty_facts_take_nothing_from_their_neighbours():
    box = "<table><tr><td>文号：</td><td></td><td>实施日期：</td><td>2024-05-01</td></tr></table>"
    box += "<p>来源： 发布时间：2024-04-02</p>"
    article = read_html("a.html", f"<title>{TITLE}</title>{box}<div id='zoom'>{BODY}</div>")
    assert (article.document_number, article.source) == (None, None)
    assert (article.effective, article.published) == ("2024-05-01", "2024-04-02")


def test_cited_number_and_other_days_are_not_the_documents():
    body = (
        BODY
        + "<p>按照松医保发〔2019〕8号文件，办公时间：周一到周五，申请时间：2023年1月2日起。资金来源：财政补助。</p>"
    )
    article = enrich(read_html("a.html", f"<title>{TITLE}</title><div id='zoom'>{body}</div>"))
    assert (article.document_number, article.published, article.source) == (None, None, None)


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{TITLE}</title>",
        f"<title>{TITLE}_松河市政府网</title>",
        f"<title>{TITLE} - 通知公告 - 松河市医疗保障局</title>",
        f"<title>松河市医疗保障局 - {TITLE}</title>",
        f"<title>通知公告 - 松河网</title><meta name='ArticleTitle' content='{TITLE}'>",
        f"<title>松河网</title><meta name='ArticleTitle' content=''><h1>{TITLE}</h1>",
        f"<title>{TITLE} | 松河网</title><h1>松河网</h1><h1>{TITLE}</h1>",
        f"<title>松河网</title><meta property='og:title' content='{TITLE} | 松河网'>"
        "<meta property='og:site_name' content='松河网'>",
    ],
)
def test_title_is_found_without_site_and_column(head: str):
    assert read_html("a.html", f"<html><head>{head}</head><body><div id='zoom'>{BODY}</div>").title == TITLE


def test_dash_inside_a_title_stays():
    assert (
        read_html("a.html", f"<title>2024-2025年度缴费须知</title><div id=zoom>{BODY}</div>").title
        == "2024-2025年度缴费须知"
    )


def test_page_without_title_is_named_by_its_first_line():
    article = read_html("a.html", f"<div id='zoom'>{BODY}</div>")
    assert article.title.startswith("为了让灵活就业的人")
    assert article.text.startswith("为了让灵活就业的人")


def test_title_at_the_head_of_the_body_is_not_repeated():
    article = read_html(
        "a.html", f"<title>{TITLE}</title><div id='zoom'><p> {TITLE[:6]} {TITLE[6:]}</p>{BODY}</div>"
    )
    assert article.text.startswith("为了让灵活就业的人")
    assert [d.rule for d in article.dropped] == ["repeated title"]


def body_of(html: str) -> Article:
    return read_html("a.html", f"<title>{TITLE}</title><div id='zoom'>{html}</div>")


def test_levels_of_headings_are_kept():
    article = body_of(
        f"<h2>参保</h2><p>登记要带身份证和户口簿。</p><h3>新生儿</h3><p>出生后三个月内登记。</p><h2>缴费</h2>{BODY[:60]}"
    )
    paths = [s.heading_path for s in article.sections]
    assert paths[:3] == [("参保",), ("参保", "新生儿"), ("缴费",)]
    assert "#" not in article.text


def test_nested_lists_keep_their_order_and_depth():
    article = body_of(
        "<p>申请时请交下面的材料：</p><ul><li><p>身份证复印件，正反面都要。</p></li><li>收入证明，可以是：<ul>"
        "<li>单位开的证明，要盖公章。</li><li>银行流水，最近半年的。</li></ul></li><li>申请表，当场填。</li></ul>"
    )
    blocks = [(b.depth, b.text) for s in article.sections for b in s.blocks]
    assert blocks == [
        (0, "申请时请交下面的材料："),
        (1, "• 身份证复印件，正反面都要。"),
        (1, "• 收入证明，可以是："),
        (2, "• 单位开的证明，要盖公章。"),
        (2, "• 银行流水，最近半年的。"),
        (1, "• 申请表，当场填。"),
    ]


def test_item_with_its_own_number_gets_no_second_mark():
    assert (
        "• （一）"
        not in body_of("<ol><li>（一）先登记，再缴费。</li><li>（二）缴费后次月生效。</li></ol>").text
    )


def test_line_breaks_part_lines():
    assert body_of("甲处电话打得通。<br>乙处电话打不通。<br/><br>丙处没有电话。").text.count("\n") == 2


def test_inline_marks_do_not_part_words():
    assert "每月四十元整。" in body_of("<p>每月<b>四十</b><span>元</span><!-- x -->整。</p>").text


def test_tables_stand_where_they_stood():
    article = body_of(
        "<p>标准如下。</p><table><tr><th>档</th><th>元</th></tr><tr><td>一</td><td>40</td></tr></table><p>以上按月缴。</p>"
    )
    assert article.text == "标准如下。\n档 | 元\n一 | 40\n以上按月缴。"
    assert article.tables[0].header == ("档", "元")


def test_page_that_is_one_table_keeps_it():
    rows = "".join(f"<tr><td>第{i}医院的名称</td><td>幸福路{i}号院内一楼</td></tr>" for i in range(20))
    assert len(body_of(f"<table><tr><th>医院</th><th>地址</th></tr>{rows}</table>").tables[0].rows) == 20


def test_layout_table_becomes_text():
    article = body_of(f"<table><tr><td>{BODY}</td></tr></table>")
    assert article.tables == ()
    assert [s.heading_path for s in article.sections] == [(), ("哪些人可以享受",), ("怎样报销",)]


def test_attachments_are_links():
    article = body_of(
        f"{BODY}<p><a href='/f/1.xlsx?v=2'>1. 汇总表</a></p><p>见<a href='/x.html'>说明</a></p><a href='/2.PDF'></a>"
    )
    assert [(link.title, link.url) for link in article.links] == [("1. 汇总表", "/f/1.xlsx?v=2")]


def test_lists_of_other_pages_are_links_and_no_text():
    related = "".join(f"<li><a href='/{i}'>别处的第{i}篇文章</a></li>" for i in range(3))
    article = body_of(f"{BODY}<h3>相关阅读</h3><ul>{related}</ul>")
    assert [link.title for link in article.links] == ["别处的第0篇文章", "别处的第1篇文章", "别处的第2篇文章"]
    assert "别处" not in article.text
    assert "相关阅读" not in article.text


def test_closing_row_of_links_is_no_text():
    article = body_of(
        f"{BODY}<p>往期推荐</p><p><a href='/1'>上月的一篇文章</a></p><p><a href='/2'>上月的又一篇</a></p><p>END</p><p>审核：张某</p>"
    )
    assert article.text.endswith("不用先垫钱。")
    assert [link.title for link in article.links] == ["上月的一篇文章", "上月的又一篇"]


def test_source_and_editors_at_the_end_are_no_text():
    article = body_of(f"{BODY}<p>来源：松河市医保局</p><p>审核：张某 编辑：李某</p>")
    assert article.text.endswith("不用先垫钱。")
    assert article.source == "松河市医保局"


def test_signature_and_its_date_stay():
    article = body_of(f"{BODY}<p>松河市医疗保障局</p><p>2025年3月4日</p>")
    assert article.text.endswith("不用先垫钱。\n松河市医疗保障局\n2025年3月4日")


def test_paragraph_that_is_a_link_stays_text_elsewhere():
    assert "网上办事大厅" in body_of(f"<p><a href='/1'>网上办事大厅</a></p>{BODY}").text


def test_questions_stand_with_their_answers():
    article = body_of(
        "<div class='faq'><dl><dt>1.卡丢了怎么办？</dt><dd>先打电话挂失，再到网点补办。</dd><dt>2.补卡要钱吗？</dt>"
        "<dd style='display:none'>第一次不要钱，以后每次二十元。</dd></dl></div>"
    )
    assert article.text.split("\n") == [
        "1.卡丢了怎么办？",
        "先打电话挂失，再到网点补办。",
        "2.补卡要钱吗？",
        "第一次不要钱，以后每次二十元。",
    ]


def test_articles_of_a_law_are_kept_under_their_chapters():
    article = body_of(
        "<p>第一章 总则</p><p>第一条 为了规范松河市的门诊统筹，制定本办法。</p><p>第二条 本办法适用于职工。</p>"
        "<p>第二章 待遇</p><p>第三条 报销比例为七成。</p>"
    )
    assert [s.heading_path for s in article.sections] == [("第一章 总则",), ("第二章 待遇",)]


@pytest.mark.parametrize(
    "line",
    [
        "【打印】【关闭】",
        "打印本页 关闭窗口",
        "【字体：大 中 小】",
        "字号：[大] [中] [小]",
        "分享到：",
        "扫一扫在手机打开当前页",
        "上一篇：松河市的另一个通知",
        "下一条：没有了",
        "【返回顶部】",
        "责任编辑：小林",
        "浏览次数：123",
        "相关链接：",
    ],
)
def test_furniture_inside_the_container_is_dropped(line: str):
    article = body_of(f"{BODY}<p>{line}</p>")
    assert article.text.endswith("不用先垫钱。")
    assert line in [d.text for d in article.dropped]


def test_same_page_gives_the_same_article():
    assert read_html("x/a.html", provincial()) == read_html("x/a.html", provincial())


@pytest.mark.parametrize("tag", ["div", "span", "font", "b"])
def test_fifty_thousand_nested_elements_are_read_quickly(tag: str):
    begun = time.process_time()
    article = read_html("a.html", f"<body>{f'<{tag}>' * 50_000}{BODY}{f'</{tag}>' * 50_000}</body>")
    assert "不用先垫钱" in article.text
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "filler", ["<br>", "<p>字</p>", "<a href='/'>字</a>", "<li>字", "<table><tr><td>字", "<i>"]
)
def test_long_pages_are_read_in_linear_time(filler: str):
    begun = time.process_time()
    try:
        read_html("a.html", f"<body><div id='zoom'>{BODY}{filler * 20_000}</div></body>")
    except BadInputError as error:
        assert str(error)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "odd", ["\x01", "\x1f", "&#0;", "&#11;", "&#31", "&#x1F;", "&#xFFFF;", "\uffff", "\x85"]
)
def test_characters_that_xml_forbids_are_left_out(odd: str):
    article = body_of(
        f"{BODY}<p>每月{odd}四十元。</p><span style='display:none'>x</span>{odd}<em hidden>y</em>尾{odd}声。"
    )
    assert "每月四十元。" in article.text
    assert article.text.endswith("尾声。")


@pytest.mark.parametrize(
    "html",
    [
        "<p>没有关上的段落，说明怎样参保。<b>粗体<i>斜体</p></b>",
        "<div id=zoom><table><tr><td>甲<td>乙<tr><td>没有关上的表格，说明怎样参保。<td>丁",
        "</div></div><p>多关了的区块，说明怎样参保。</p></body></html></html>",
        "<p>怎样参保&nbsp;&#0;&#x110000;&bogus;</p><",
        "<html><frameset></frameset><body><p>说明怎样参保。</p>",
        "只有文字，说明怎样参保。",
        "<p>说明怎样参保。\x00\x0b\ud800</p>",
    ],
)
def test_broken_html_is_read(html: str):
    assert "参保" in read_html("a.html", html).text


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<!-- 批注 -->",
        "<script>正文</script>",
        "<body> \n&nbsp;</body>",
        "<",
        "<p></p>",
        f"<title>{TITLE}</title>",
    ],
)
def test_page_without_text_is_refused(html: str):
    with pytest.raises(BadInputError, match=r"without text|no readable HTML"):
        read_html("a.html", html)
