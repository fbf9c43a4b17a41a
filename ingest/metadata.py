"""Fill what a reader could not know: document number, region, when in force."""

from dataclasses import replace

from .article import Article
from .document_number import own_document_number
from .region import article_region
from .validity import effective_date, expiry_date


def enrich(article: Article) -> Article:
    """The article with its document number, region, effective and expiry dates where the reader set none.

    What the page states itself, in its own fields, is never overwritten.
    """
    text, published = article.text, article.published
    number = article.document_number or own_document_number(article.title, text)
    effective = article.effective or effective_date(text, published)
    return replace(
        article,
        document_number=number,
        region=article.region or article_region(article.title, article.source, text, number),
        effective=effective,
        expires=article.expires or expiry_date(text, effective, published),
    )
