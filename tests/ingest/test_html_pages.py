"""Whole pages of made-up sites whose frame is in the way: forms, menus, boxes without spaces, attachments."""

from ingest.article import Article
from ingest.html.page import read_html

PROSE = "".join(
    f"<p>柳溪县的参保人第{n}次补卡不收费，到任何一个网点都能当场领到新卡。</p>" for n in range(1, 5)
)


def page(body: str, head: str = "<title>补卡办法-柳溪县人民政府</title>") -> Article:
    return read_html("a.html", f"<html><head>{head}</head><body>{body}</body></html>")


def test_form_around_the_whole_page_is_its_frame():
    article = page(f"<form id='aspnetForm'><h1>补卡办法</h1><div class='content'>{PROSE}</div></form>")
    assert article.title == "补卡办法"
    assert article.text.count("当场领到") == 4


def test_form_to_fill_in_is_taken_out():
    article = page(f"<div class='content'>{PROSE}<form>请输入您的意见<input></form></div>")
    assert "意见" not in article.text


def test_menu_beside_an_unnamed_body_is_no_text():
    article = page(f"<div class='nav'>要闻 公告</div><div class='crumbs'>县府 &gt; 公告</div>{PROSE}")
    assert "要闻" not in article.text
    assert "公告" not in article.text
    assert [section.heading_path for section in article.sections] == [()]


def test_cells_without_space_between_them_state_their_own_facts():
    box = (
        "<table><tr><td>发文机关：</td><td>柳溪县医保局</td><td>文　　号：</td><td>柳医保〔2031〕4号</td></tr>"
        "<tr><td>实施日期</td><td>2031-03-01</td><td>失效日期</td><td>2036年2月29日</td></tr></table>"
    )
    article = page(f"<div class='info'>{box}</div><div class='TRS_Editor'>{PROSE}</div>")
    assert (article.source, article.document_number) == ("柳溪县医保局", "柳医保〔2031〕4号")
    assert (article.effective, article.expires) == ("2031-03-01", "2036-02-29")


def test_lines_of_attachments_are_links_and_no_text():
    files = (
        "<p>附件：<a href='/f/1.docx'>1.补卡申请表.docx</a></p><p><a href='/f/2.xls'>2.网点一览.xls</a></p>"
    )
    article = page(f"<div id='zoomcon'>{PROSE}{files}<p align='right'>柳溪县医保局</p></div>")
    assert [(link.title, link.url) for link in article.links] == [
        ("1.补卡申请表.docx", "/f/1.docx"),
        ("2.网点一览.xls", "/f/2.xls"),
    ]
    assert "申请表" not in article.text
    assert "一览" not in article.text
    assert [line.rule for line in article.dropped] == ["attachment", "attachment"]
    assert article.text.endswith("柳溪县医保局")


def test_sentence_that_names_its_attachment_keeps_the_name():
    article = page(
        f"<div id='zoomcon'>{PROSE}<p>请填写<a href='/f/1.docx'>补卡申请表</a>后交到网点。</p></div>"
    )
    assert "请填写补卡申请表后交到网点。" in article.text


def test_row_of_facts_under_the_title_is_read_and_dropped():
    facts = "信息提供日期：2031-05-06 10:22 来源：柳溪县医保局 视力保护色： 浏览量：33"
    article = page(f"<div id='zoomcon'><div>{facts}</div>{PROSE}</div>")
    assert (article.published, article.source) == ("2031-05-06", "柳溪县医保局")
    assert "浏览量" not in article.text
    assert [line.rule for line in article.dropped] == ["byline"]


def test_day_under_the_title_counts_without_a_label():
    article = page(
        f"<div id='main'><h2>补卡办法</h2><div>2031年6月7日 来源：柳溪晚报 作者：小王</div><div>{PROSE}</div></div>"
    )
    assert (article.published, article.source) == ("2031-06-07", "柳溪晚报")


def test_answers_in_containers_of_their_own_are_one_article():
    answers = (
        ("挂失要多久？", "打电话当场生效，三天内带证件到网点补办书面手续，卡里的钱不受影响。"),
        ("新卡多久能拿到？", "当场就能拿到，外地寄送的要等五个工作日，由快递送到家里。"),
    )
    items = "".join(
        f"<div class='item'><div class='q'>{q}</div><div class='TRS_Editor'><p>{a}</p></div></div>"
        for q, a in answers
    )
    article = page(f"<div class='box'>{items}</div>")
    assert all(question in article.text and answer in article.text for question, answer in answers)
    assert [section.heading_path for section in article.sections] == [(q,) for q, _ in answers]


def test_copy_for_telephones_is_read_once():
    body = f"<div class='article-content'>{PROSE}</div>"
    article = page(f"<div class='pc'>{body}</div><div class='wap'>{body}</div>")
    assert article.text.count("当场领到") == 4


def test_page_of_one_table_without_title_is_named_by_it():
    cells = "<tr><td>档次</td><td>每月</td></tr><tr><td>一档</td><td>40元</td></tr>"
    assert page(f"<div id='zoom'><table>{cells}</table></div>", head="").title == "档次 每月"
