"""What a rebuild tells of its corpus: what was read, what was left out and why."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .corpus import IngestedFile


@dataclass(slots=True)
class IngestReport:
    """Counts over a corpus, filled file by file.

    failed   name → reason, of files that could not be used
    skipped  name → reason, of files that were not looked into
    """

    files: int = 0
    articles: int = 0
    passages: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    teasers: int = 0
    links: int = 0
    duplicates: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, done: IngestedFile) -> None:
        self.files += 1
        if done.failure is not None:
            self.failed[done.name] = done.failure
        for article, passages in done.articles:
            self.articles += 1
            self.tables += len(article.tables)
            self.teasers += len(article.teasers)
            self.links += len(article.links)
            self.dropped.update(line.rule for line in article.dropped)
            self.passages.update(passage.kind for passage in passages)

    def to_dict(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "articles": self.articles,
            "passages": dict(sorted(self.passages.items())),
            "tables": self.tables,
            "teasers": self.teasers,
            "links": self.links,
            "duplicates": self.duplicates,
            "dropped": dict(sorted(self.dropped.items())),
            "failed": self.failed,
            "skipped": self.skipped,
        }
