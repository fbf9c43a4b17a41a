"""Ids that are the same on every machine and change only with what they name."""

import hashlib

#: Hexadecimal digits of an id: 64 bits; two of ten million passages collide with a chance of 1 in 370,000.
ID_LENGTH = 16


def article_id(file: str, record_key: str | None = None) -> str:
    """The id of an article from its file's name inside the corpus (and its key in a file of many)."""
    return _digest(file) if record_key is None else _digest(file, record_key)


def passage_id(article: str, kind: str, context: tuple[str, ...], text: str, occurrence: int) -> str:
    """The id of a passage; `context` is what it stands under: its heading path, or a teaser's title.

    It hangs on the passage's own content and not on its position, so that a changed paragraph changes only
    its own id. `occurrence` counts from 0 the earlier passages of the article that are the same in all this.
    """
    return _digest(article, kind, *context, text, str(occurrence))


def _digest(*parts: str) -> str:
    # Lengths keep ("ab", "c") apart from ("a", "bc").
    joined = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=ID_LENGTH // 2).hexdigest()
