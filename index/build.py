"""One build: from the files of a corpus to a folder with everything that a reader needs."""

import datetime
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest import corpus, duplicates
from ingest.corpus import IngestedFile
from ingest.errors import BadInputError, StrictError
from ingest.passage import Passage

from . import words
from .embedder import Embedder
from .embedding_cache import Embedded, EmbeddingCache
from .keyword import KeywordBuilder
from .manifest import Manifest, ModelStamp, checksums
from .parse_cache import ParseCache, ParsedFile
from .pool import Pool
from .progress import Progress
from .sources import Sources
from .store import PassageWriter
from .tokens import TokenEmbedder, TokenStore
from .vectors import VectorIndex

#: Passages embedded, and committed to the cache, at a time: a kill costs a slow model so many.
_EMBED_BATCH = 512
#: Passages whose words are counted at a time.
_WORDS_BATCH = 4096
#: Files read between two commits of the cache.
_PARSE_BATCH = 200


class Build:
    """Fills the folder of one build.

    parsed, embedded   files read and passages embedded anew; the others came from the caches
    """

    def __init__(
        self,
        folder: Path,
        cache: Path,
        sources: Sources,
        *,
        full: bool,
        pool: Pool,
        progress: Progress,
    ) -> None:
        self._folder, self._cache, self._sources = folder, cache, sources
        self._full, self._pool, self._progress = full, pool, progress
        self._report = Report(sources.skipped)
        self.parsed = 0
        self.embedded = 0

    def run(self, embedder: Embedder | None, stamp: ModelStamp | None, *, strict: bool) -> Manifest:
        """Fill the folder and write its manifest.

        Raises StrictError for a corpus that is refused, BadInputError for one without an article.
        """
        passages = self._store(strict)
        self._index_words(passages)
        recall = None if embedder is None else self._index_vectors(embedder, passages)
        kinds = self._report.content["passages"]
        whole, samples = checksums(self._folder)
        manifest = Manifest(
            build_id=self._folder.name,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            source=self._sources.fingerprint,
            words=words.fingerprint(),
            model=stamp,
            dense_recall=recall,
            counts={
                "articles": self._report.content["articles"],
                "passages": len(passages),
                **dict(sorted(kinds.items())),
            },
            checksums=whole,
            samples=samples,
            report=self._report.content,
        )
        manifest.write(self._folder)
        return manifest

    def _store(self, strict: bool) -> list[Passage]:
        """Write passages and articles; returns the passages by row."""
        writer = PassageWriter(self._folder / "passages.sqlite")
        try:
            passages: list[Passage] = []
            seen: set[str] = set()
            for name, parsed in self._parsed_files():
                self._report.add(parsed.report)
                for article in parsed.articles:
                    if article.id in seen:
                        self._report.repeated(name, article.id, [p.kind for p in article.passages])
                        continue
                    seen.add(article.id)
                    writer.add(*article)
                    passages += article.passages
            failed = self._report.content["failed"]
            if strict:
                refuse_failures(failed)
            if not passages:
                raise BadInputError(
                    f"no article could be read from the {len(self._sources.files)} files: {_listed(failed) or 'empty'}"
                )
            copies = duplicates.find(passages)
            self._report.content["duplicates"] = len(copies)
            writer.mark_duplicates(copies)
            writer.finish()
        finally:
            writer.close()
        return passages

    def _parsed_files(self) -> Iterator[tuple[str, ParsedFile]]:
        """Every file in order, from the cache where it has not changed."""
        files, hashes = self._sources.files, self._sources.hashes
        self._progress.stage("reading articles", len(files))
        cache = ParseCache(self._cache / "files.sqlite", self._sources.reading_version)
        try:
            kept = set() if self._full else {f.name for f in files if cache.holds(f.name, hashes[f.name])}
            changed = self._pool.read(self._sources, (f for f in files if f.name not in kept))
            for source in files:
                parsed = cache.get(source.name, hashes[source.name]) if source.name in kept else None
                if parsed is None:
                    # What the cache holds and cannot give back is damaged, and not among the changed ones.
                    anew = source.name in kept
                    done = corpus.ingest_file(source, self._sources.mapping) if anew else next(changed)
                    parsed = self._keep(done, cache)
                    self.parsed += 1
                    if self.parsed % _PARSE_BATCH == 0:
                        cache.commit()
                self._progress.step(1)
                yield source.name, parsed
            cache.keep_only(set(hashes))
        finally:
            cache.close()

    def _keep(self, done: IngestedFile, cache: ParseCache) -> ParsedFile:
        parsed = ParsedFile.of(done)
        if done.failure is None:  # one that failed is tried again each time
            try:
                cache.put(done.name, done.content_hash, parsed)
            except UnicodeEncodeError as error:
                reason = f"holds half of a character ({error.object[error.start]!r}), which is no text"
                return ParsedFile.of(IngestedFile(done.name, done.content_hash, failure=reason))
        return parsed

    def _index_words(self, passages: Sequence[Passage]) -> None:
        self._progress.stage("indexing words", len(passages))
        builder = KeywordBuilder()
        for start in range(0, len(passages), _WORDS_BATCH):
            batch = passages[start : start + _WORDS_BATCH]
            builder.add([passage.searchable for passage in batch])
            self._progress.step(len(batch))
        builder.write(self._folder / "keyword")

    def _index_vectors(self, embedder: Embedder, passages: Sequence[Passage]) -> float:
        """Write vectors, and token ids where the model has them; returns how many of the best a search finds."""
        embedded = self._embedded(embedder, passages)
        index = VectorIndex.build(np.stack([e.vector for e in embedded]))
        index.save(self._folder)
        if isinstance(embedder, TokenEmbedder):
            TokenStore.build([e.tokens for e in embedded]).save(self._folder)
        return index.recall()

    def _embedded(self, embedder: Embedder, passages: Sequence[Passage]) -> list[Embedded]:
        self._progress.stage("embedding passages", len(passages))
        cache = EmbeddingCache(self._cache / "vectors.sqlite", embedder.fingerprint)
        found: list[Embedded | None] = []
        # What was found of a batch, and what is missing: the pool asks for batches ahead of those it returns.
        asked: deque[tuple[list[Embedded | None], list[Passage]]] = deque()

        def missing_texts() -> Iterator[list[str]]:
            for start in range(0, len(passages), _EMBED_BATCH):
                batch = passages[start : start + _EMBED_BATCH]
                kept: list[Embedded | None] = [None] * len(batch)
                if not self._full:
                    kept = cache.get(batch, embedder.dimension)
                missing = [passage for passage, e in zip(batch, kept, strict=True) if e is None]
                asked.append((kept, missing))
                yield [passage.searchable for passage in missing]

        try:
            for fresh in self._pool.embed(embedder, missing_texts()):
                kept, missing = asked.popleft()
                if missing:
                    cache.put(missing, fresh)
                    self.embedded += len(missing)
                anew = iter(fresh)
                found += [next(anew) if e is None else e for e in kept]
                self._progress.step(len(kept))
            cache.keep_only(passages)
        finally:
            cache.close()
        return [e for e in found if e is not None]


class Report:
    """The ingest report of a whole corpus, summed up from those of its files."""

    def __init__(self, skipped: dict[str, str]) -> None:
        self.content: dict[str, Any] = ParsedFile.nothing().report | {"skipped": dict(skipped)}

    def add(self, report: dict[str, Any]) -> None:
        for name, value in report.items():
            if isinstance(value, int):
                self.content[name] += value
                continue
            for key, part in value.items():
                self.content[name][key] = (
                    self.content[name].get(key, 0) + part if isinstance(part, int) else part
                )

    def repeated(self, file: str, article_id: str, kinds: Sequence[str]) -> None:
        """Take back an article that another file has given already."""
        self.content["articles"] -= 1
        for kind in kinds:
            self.content["passages"][kind] -= 1
        self.content["failed"][file] = f"holds the article {article_id}, which was read before"


def refuse_failures(failed: dict[str, str]) -> None:
    """Raise StrictError if there are any: what `strict` asks for."""
    if failed:
        raise StrictError(
            f"{len(failed)} files cannot be used: {_listed(failed)}; mend them, or rebuild without --strict"
        )


def _listed(failed: dict[str, str]) -> str:
    return "; ".join(f"{name}: {reason}" for name, reason in list(failed.items())[:3])
