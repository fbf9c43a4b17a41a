"""The document of `yibao inspect`."""

import json
from pathlib import Path

import pytest

from ingest.errors import BadInputError, NotFoundError
from ingest.inspection import inspect

KEYS = {
    "title", "published", "source", "region", "document_number", "effective", "expires", "sections", "tables",
    "teasers", "links", "passages", "dropped",
}  # fmt: skip


def test_inspect_shows_all_that_is_understood(tmp_path: Path):
    file = tmp_path / "a.txt"
    file.write_text(
        "绵阳停保后卡还能刷吗(2025年3月4日)\n\n一、能刷\n卡里剩下的钱照旧可以刷，不会作废。\n", "utf-8"
    )
    document = inspect(file)
    assert document.keys() >= KEYS
    assert (document["title"], document["published"], document["region"]) == (
        "绵阳停保后卡还能刷吗",
        "2025-03-04",
        "绵阳",
    )
    assert document["sections"] == [{"heading_path": ["能刷"], "text": "卡里剩下的钱照旧可以刷，不会作废。"}]
    assert [(p["kind"], p["heading_path"]) for p in document["passages"]] == [("body", ["能刷"])]
    assert document["articles"] == 1
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document


def test_inspect_refuses_what_is_no_article(tmp_path: Path):
    with pytest.raises(NotFoundError, match=r"there is no file .*none\.txt"):
        inspect(tmp_path / "none.txt")
    with pytest.raises(BadInputError, match="is not a file"):
        inspect(tmp_path)
    (tmp_path / "empty.txt").touch()
    with pytest.raises(BadInputError, match=r"empty\.txt cannot be used"):
        inspect(tmp_path / "empty.txt")
