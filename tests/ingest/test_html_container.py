"""Which element of a page holds its article, and what is hidden from a reader."""

import lxml.html
import pytest
from lxml.html import HtmlElement

from ingest.html.container import clean, find_container

PROSE = "<p>从明年春天起，松河市的参保人在社区药店买药也能用门诊统筹。</p>" * 4
MENU = '<ul class="menu">' + "".join(f'<li><a href="/{i}">栏目名称{i}</a></li>' for i in range(40)) + "</ul>"
SIDE = (
    '<div class="right"><h3>热门</h3>'
    + "".join(f'<p><a href="/{i}">别的文章的标题{i}</a></p>' for i in range(30))
    + "</div>"
)


def page(body: str) -> HtmlElement:
    root = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    clean(root)
    return root


def container(body: str) -> str:
    found = find_container(page(body))
    assert found is not None
    return found.text_content()


@pytest.mark.parametrize(
    "attributes",
    [
        'id="zoom"',
        'id="Zoom"',
        'class="TRS_Editor"',
        'class="view TRS_UEDITOR trs_paper_default"',
        'id="UCAP-CONTENT"',
        'class="pages_content"',
        'id="vsb_content"',
        'class="v_news_content"',
        'class="article-content"',
        'class="article_con"',
        'class="rich_media_content" id="js_content" style="visibility: hidden;"',
        'class="entry-content"',
        'class="detail"',
        'class="zw"',
        'class="x1y2"',
    ],
)
def test_article_is_found_by_name_or_by_its_prose(attributes: str):
    text = container(
        f"{MENU}<div class='wrap'><div class='l'><div {attributes}>{PROSE}</div></div>{SIDE}</div>"
        "<div class='b'>地址某路1号</div>"
    )
    assert text.count("社区药店") == 4
    assert "栏目名称" not in text
    assert "别的文章" not in text


def test_table_beside_the_text_belongs_to_it():
    rows = "<tr><td>甲类</td><td>一百元</td></tr>" * 10
    assert "甲类" in container(f"<div id='zoom'><div>{PROSE}</div><table>{rows}</table></div>{SIDE}")


def test_page_laid_out_by_tables_is_read():
    text = container(
        f"<table><tr><td>{MENU}</td></tr><tr><td><table><tr><td>{PROSE}</td></tr></table></td></tr></table>"
    )
    assert text.count("社区药店") == 4
    assert "栏目名称" not in text


def test_short_article_is_found():
    assert "补卡" in container("<div id='zoom'><p>补卡要二十元。</p></div>")


def test_page_without_text_gives_the_empty_body():
    assert container("<div></div>") == ""


def test_scripts_and_comments_are_taken_out():
    text = page(
        f"<script>var a='脚本';</script><style>p{{}}</style><!-- 批注 --><noscript>请开启脚本</noscript>{PROSE}"
    ).text_content()
    assert "脚本" not in text
    assert "批注" not in text
    assert "社区药店" in text


def test_text_after_a_script_stays():
    assert "后面的话" in page("<p><script>1</script>后面的话</p>").text_content()


@pytest.mark.parametrize("hiding", ['style="display:none"', 'style="color:red;DISPLAY : NONE;"', "hidden"])
def test_hidden_copy_is_taken_out(hiding: str):
    text = page(f"<div {hiding}>{PROSE}</div><div id='zoom'>{PROSE}</div>").text_content()
    assert text.count("社区药店") == 4


def test_hidden_body_is_kept():
    root = lxml.html.document_fromstring(f'<html><body style="display:none">{PROSE}</body></html>')
    clean(root)
    assert "社区药店" in root.text_content()


def test_folded_answer_is_kept():
    body = "<h3>丢了卡怎么办？</h3><div style='display:none'>先打电话挂失，再带证件到网点补办新卡。</div>"
    assert "打电话挂失" in page(body).text_content()


@pytest.mark.parametrize(
    "hidden",
    [
        "<div class='modal' style='display:none'>您即将离开本站，是否继续访问这个链接？</div>",
        "<span style='display:none'>隐藏的编号</span>",
        "<div style='display:none'><a href='/1'>别处的一条新闻，讲的是另一件事。</a></div>",
    ],
)
def test_hidden_windows_numbers_and_links_are_taken_out(hidden: str):
    assert page(f"{hidden}<div id='zoom'>{PROSE}</div>").text_content().count("社区药店") == 4
    assert page(hidden).text_content().strip() == ""
