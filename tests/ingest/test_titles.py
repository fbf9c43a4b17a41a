"""Title lines without their dates and sites."""

import pytest

from ingest.layout.titles import read_title


@pytest.mark.parametrize(
    ("line", "title", "published", "site"),
    [
        ("医保怎么查?(2024年5月6日)", "医保怎么查?", "2024-05-06", None),
        ("医保怎么查（24/05/06）", "医保怎么查", "2024-05-06", None),
        ("医保怎么查(2024-05-06)", "医保怎么查", "2024-05-06", None),
        ("医保怎么查(5月6日)", "医保怎么查", None, None),
        ("医保怎么查(05/06)", "医保怎么查", None, None),
        ("医保怎么查 - 河湾网", "医保怎么查", None, "河湾网"),
        ("医保怎么查_河湾在线", "医保怎么查", None, "河湾在线"),
        ("医保怎么查(2024年5月6日)_河湾网", "医保怎么查", "2024-05-06", "河湾网"),
        ("医保怎么查 2024-05-06 07:08", "医保怎么查", "2024-05-06 07:08", None),
        ("标题：医保怎么查", "医保怎么查", None, None),
        ("# 医保怎么查", "医保怎么查", None, None),
        ("医保目录(2024年版)", "医保目录(2024年版)", None, None),
        ("(2024年5月6日)", "(2024年5月6日)", None, None),
        ("医保怎么查(2024年2月30日)", "医保怎么查", None, None),
    ],
)
def test_title_line_is_parted(line: str, title: str, published: str | None, site: str | None):
    assert read_title(line) == (title, published, site)
