"""Every test that the documentation names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)?::(test_\w+)`")


def test_every_test_named_in_the_table_of_promises_exists():
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    file, named = "", []
    for match in _NAMED.finditer(text):
        file = match[1] or file
        named.append((file, match[2]))
    assert len(named) > 40
    missing = [
        (file, test)
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []
