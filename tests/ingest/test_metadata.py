"""What is filled in, and what is left as the page states it."""

from dataclasses import replace

from ingest.article import Article, Dropped
from ingest.facts.metadata import enrich

TEXT = "绵医保发〔2023〕17号\n各单位：\n本通知自2023年9月1日起执行，有效期两年。"
ARTICLE = Article(
    id="a", file="f.txt", title="关于门诊的通知", text=TEXT, sections=(), source="绵阳市医疗保障局"
)


def test_enrich_fills_what_is_missing():
    article = enrich(ARTICLE)
    assert article.document_number == "绵医保发〔2023〕17号"
    assert article.region == "绵阳"
    assert (article.effective, article.expires) == ("2023-09-01", "2025-08-31")


def test_enrich_never_overwrites_what_the_page_states():
    stated = replace(
        ARTICLE,
        region="四川",
        document_number="川某〔2020〕1号",
        effective="2023-10-01",
        expires="2024-10-01",
    )
    assert enrich(stated) == stated


def test_enrich_takes_the_end_from_a_stated_beginning():
    assert enrich(replace(ARTICLE, effective="2023-10-01")).expires == "2025-09-30"


def test_facts_beside_the_document_count_though_they_are_no_part_of_its_body():
    facts = (Dropped("施行日期:2023年10月1日", "byline"), Dropped("有效期至:2024年10月1日", "byline"))
    article = enrich(replace(ARTICLE, dropped=facts))
    assert (article.effective, article.expires) == ("2023-10-01", "2024-10-01")
