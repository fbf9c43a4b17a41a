"""Dates and times as pages print them."""

import pytest

from ingest.facts.timestamps import TIMESTAMP, iso_timestamp


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-06", "2024-05-06"),
        ("2024/5/6 7:08", "2024-05-06 07:08"),
        ("2024年5月6日 07:08:09", "2024-05-06 07:08:09"),
        ("2024-05-06T07:08:09", "2024-05-06 07:08:09"),
        ("2024-02-30", None),
    ],
)
def test_timestamp_is_iso(text: str, iso: str | None):
    match = TIMESTAMP.search(text)
    assert match is not None
    assert iso_timestamp(match) == iso


@pytest.mark.parametrize("text", ["12024-05-06", "(2024-05-06)", "2024年5月", "5月6日", "1234-5678"])
def test_what_is_no_timestamp(text: str):
    assert TIMESTAMP.search(text) is None
