"""From when until when a document is in force."""

import pytest

from ingest.facts.validity import Validity, validity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本通知自2019年7月1日起实施，有效期5年。", ("2019-07-01", "2024-06-30")),
        ("本办法自2022年3月1日起施行，有效期为三年。原规定同时废止。", ("2022-03-01", "2025-02-28")),
        ("本方案自2024年3月1日起试行，试行期2年。", ("2024-03-01", "2026-02-28")),
        ("本细则自2020年2月29日起施行，有效期1年。", ("2020-02-29", "2021-02-28")),
        ("本通知自2025年1月31日起执行，有效期1个月。", ("2025-01-31", "2025-02-28")),
        ("本通知自2023年12月15日起执行，有效期6个月。", ("2023-12-15", "2024-06-14")),
        ("本通知有效期至2027年12月31日。", (None, "2027-12-31")),
        ("本通知自2024年1月1日起执行，执行至2025年12月31日。", ("2024-01-01", "2025-12-31")),
        ("本法自2011年7月1日起施行。", ("2011-07-01", None)),
        ("本公告从二〇二四年五月一日起执行。", ("2024-05-01", None)),
        # what the page states in its own fields wins over what can be worked out
        (
            "实施日期：2025年06月01日\n失效日期：2026年06月01日\n本通知有效期1年。",
            ("2025-06-01", "2026-06-01"),
        ),
        # from the day of issue: the one under the signature, else that of the page (2025-05-30)
        ("本办法自印发之日起施行，有效期三年。\n2024年5月1日\n", ("2024-05-01", "2027-04-30")),
        ("本办法自发布之日起施行。", ("2025-05-30", None)),
        ("本办法自公布之日起30日后施行。", ("2025-06-29", None)),
        # parts that apply from different days say nothing of the whole
        ("甲自2025年6月1日起执行。乙自2025年1月1日起执行。", (None, None)),
        ("甲自2025年6月1日起执行。乙自2025年6月1日起执行。", ("2025-06-01", None)),
        # other things that begin or are valid
        ("居住证有效期1年。", (None, None)),
        ("本规定所称审核确认有效期6个月。", (None, None)),
        ("参保后自2024年1月1日起缴费。", (None, None)),
        ("基本标准自2025年1月1日起执行，本标准自2025年2月1日起执行。", ("2025-02-01", None)),
        ("本通知印发之前的，甲、乙两项标准从2025年1月1日起执行，丙自2025年6月1日起执行。", (None, None)),
        ("《某某法》自2011年7月1日起施行后，情况好转。", (None, None)),
        ("", (None, None)),
    ],
)
def test_validity_is_read_from_what_a_document_says_of_itself(
    text: str, expected: tuple[str | None, str | None]
):
    assert validity(text, "2025-05-30 10:00") == Validity(*expected)


def test_a_period_without_any_beginning_has_no_end():
    assert validity("本通知有效期5年。", None) == Validity(None, None)
