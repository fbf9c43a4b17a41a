"""Fill what a reader could not know: document number, region, when in force."""

import re
from dataclasses import replace

from ..article import Article
from .document_number import own_document_number
from .region import article_region
from .validity import validity

#: "施行日期:2020年2月1日": a line of the facts beside a document, which is no part of its body.
_FACT = re.compile(
    r"[\s\u3000]*(?:文\s*号|发文字号|实施日期|施行日期|生效日期|执行日期|失效日期|废止日期|终止日期|有效期(?:限|至)?)\s*[:：]"
)


def enrich(article: Article) -> Article:
    """The article with its document number, region, effective and expiry dates where the reader set none.

    What the page states itself, in its own fields, is never overwritten.
    """
    facts = [line.text for line in article.dropped if _FACT.match(line.text)]
    text, published = "\n".join([*facts, article.text]), article.published
    number = article.document_number or own_document_number(article.title, text)
    in_force = validity(text, published, article.effective)
    return replace(
        article,
        document_number=number,
        region=article.region or article_region(article.title, article.source, article.text, number),
        effective=in_force.effective,
        expires=article.expires or in_force.expires,
    )
