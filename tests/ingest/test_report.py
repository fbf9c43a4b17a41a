"""What a rebuild tells of its corpus."""

from ingest.article import Article, Dropped, Link, Table, Teaser
from ingest.corpus import IngestedFile
from ingest.passage import Passage
from ingest.report import IngestReport


def passage(kind: str) -> Passage:
    return Passage(f"p-{kind}", "a", "f.txt", 0, kind, "标题", (), "一句话。", 0, 4)  # type: ignore[arg-type]


def test_report_counts_what_was_read_and_names_what_failed():
    article = Article(
        id="a",
        file="f.txt",
        title="标题",
        text="一句话。",
        sections=(),
        tables=(Table(None, ("甲",), (("乙",),)),),
        teasers=(Teaser("别的标题", "别的话", None, None),) * 2,
        links=(Link("链接"),) * 3,
        dropped=(Dropped("提示", "disclaimer"), Dropped("返回", "furniture"), Dropped("提示", "disclaimer")),
    )
    report = IngestReport()
    report.add(
        IngestedFile("f.txt", "h", ((article, (passage("body"), passage("teaser"), passage("body"))),))
    )
    report.add(IngestedFile("g.txt", "h", failure="is empty"))
    report.skipped = {"x.exe": "no reader"}
    assert report.to_dict() == {
        "files": 2,
        "articles": 1,
        "passages": {"body": 2, "teaser": 1},
        "tables": 1,
        "teasers": 2,
        "links": 3,
        "duplicates": 0,
        "dropped": {"disclaimer": 2, "furniture": 1},
        "failed": {"g.txt": "is empty"},
        "skipped": {"x.exe": "no reader"},
    }
