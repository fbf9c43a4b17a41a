"""What documents say of the service exists."""

import re
from pathlib import Path

from api import app as _app  # noqa: F401 - so that every error is known
from api.error_codes import code_of
from ingest.errors import YibaoError

ROOT = Path(__file__).resolve().parent.parent.parent
#: Others are caught where they are raised, or become one of these.
TOLD_TO_CALLERS = ("ingest.errors", "api.errors", "api.guards", "api.feedback")


def test_tests_named_in_the_threat_table_exist() -> None:
    named, file = 0, ""
    for path, test in re.findall(
        r"`([\w/]*\.py)?::(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    ):
        file = path or file
        named += 1
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"
    assert named > 20


def kinds(base: type[YibaoError]) -> set[type[YibaoError]]:
    return {base}.union(*(kinds(kind) for kind in base.__subclasses__()))


def test_every_error_that_callers_see_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    told = {kind for kind in kinds(YibaoError) if kind.__module__.startswith(TOLD_TO_CALLERS)}
    missing = [
        f"| {kind.status} | `{code_of(kind(''))}` |"
        for kind in sorted(told, key=lambda kind: (kind.status, kind.__name__))
        if f"| {kind.status} | `{code_of(kind(''))}` |" not in reference
    ]
    assert missing == []
