"""One build: from the files of a corpus to a folder with everything that a reader needs."""

import datetime
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest import duplicates
from ingest.corpus import SourceFile
from ingest.errors import BadInputError, StrictError
from ingest.passage import Passage

from . import words
from .assembly import Assembly, Batch
from .before import Before
from .contents import Source
from .embedder import Embedder
from .embedding_cache import EmbeddingCache
from .manifest import Manifest, ModelStamp, checksums
from .parsed_file import ParsedFile
from .pool import Pool
from .preparation import Prepared, Task, prepare_task
from .prepared_log import PreparedLog
from .progress import Progress
from .sources import Sources
from .store import PassageWriter
from .tokens import TokenEmbedder
from .vectors import VectorIndex, VectorWriter

#: Passages embedded, and committed to the cache, at a time: a kill costs a slow model so many.
_EMBED_BATCH = 512
#: In the folder of caches.
_LOG = "prepared.log"


class Build:
    """Fills the folder of one build.

    finished           folders of finished builds, from which what has not changed is taken over
    parsed, embedded   files read and passages embedded anew
    """

    def __init__(
        self,
        folder: Path,
        cache: Path,
        sources: Sources,
        *,
        finished: Sequence[Path],
        full: bool,
        pool: Pool,
        progress: Progress,
    ) -> None:
        self._folder, self._cache, self._sources = folder, cache, sources
        self._finished, self._full, self._pool, self._progress = finished, full, pool, progress
        self._report = Report(sources.skipped)
        self.parsed = 0
        self.embedded = 0

    def run(self, embedder: Embedder | None, stamp: ModelStamp | None, *, strict: bool) -> Manifest:
        """Fill the folder and write its manifest.

        Raises StrictError for a corpus that is refused, BadInputError for one without an article.
        """
        static = embedder if isinstance(embedder, TokenEmbedder) else None
        version = self._sources.reading_version
        before = None if self._full else Before.find(self._finished, version, static)
        made_by = f"{version} {words.fingerprint()} {'' if static is None else static.fingerprint}"
        log = PreparedLog(self._cache / _LOG, made_by, anew=self._full)
        assembly = Assembly(self._folder, version, static, before)
        with closing(log), closing(assembly):
            self._progress.stage("reading articles", len(self._sources.files))
            for piece in self._pieces(log, before, static):
                self._add(assembly, piece)
            self._refuse(assembly.store, strict)
            recall = self._write(assembly, embedder)
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
                "passages": assembly.store.size,
                **dict(sorted(kinds.items())),
            },
            checksums=whole,
            samples=samples,
            report=self._report.content,
        )
        manifest.write(self._folder)
        return manifest

    def forget(self) -> None:
        """Remove what is kept for the case that the build does not become the live one."""
        (self._cache / _LOG).unlink(missing_ok=True)

    def _pieces(
        self, log: PreparedLog, before: Before | None, embedder: TokenEmbedder | None
    ) -> Iterator[tuple[str, Batch] | list[Source]]:
        """What became of every file, in order: a file of a batch, or files that stood together in the build before."""
        files, hashes = self._sources.files, self._sources.hashes
        logged = {
            name: number
            for number, its in enumerate(log.files())
            if all(hashes.get(name) == content_hash for name, content_hash in its)
            for name, _ in its
        }
        known = {} if before is None else before.sources
        same = {
            source.name: known[source.name]
            for source in files
            if source.name in known and known[source.name].content_hash == hashes[source.name]
        }
        kept = same.keys() - logged.keys() if before is not None and before.whole else set()

        def task(source: SourceFile) -> Task:
            read = None if before is None or source.name not in same else before.content(same[source.name])
            return Task(source, hashes[source.name], read)

        fresh = self._pool.prepare(
            self._sources,
            (task(file) for file in files if file.name not in kept and file.name not in logged),
            embedder,
        )
        waiting: dict[str, Batch] = {}
        run: list[Source] = []
        for source in files:
            name = source.name
            if name in kept:
                if run and not run[-1].span.leads_to(same[name].span):
                    yield run
                    run = []
                run.append(same[name])
                continue
            if run:
                yield run
                run = []
            if name not in waiting:
                prepared = log.read(logged[name]) if name in logged else None
                if prepared is None:
                    # What the log names and cannot give is damaged, and not among the tasks.
                    mended = name in logged
                    prepared = (
                        prepare_task(task(source), self._sources.mapping, embedder) if mended else next(fresh)
                    )
                    self._note(prepared, log, embedder)
                batch = Batch(prepared)
                waiting |= dict.fromkeys(batch.files, batch)
            yield name, waiting.pop(name)
        if run:
            yield run

    def _note(self, prepared: Prepared, log: PreparedLog, embedder: TokenEmbedder | None) -> None:
        log.add(prepared)
        self.parsed += sum(file.fresh for file in prepared.files)
        if embedder is not None:
            self.embedded += sum(file.passages for file in prepared.files)

    def _add(self, assembly: Assembly, piece: tuple[str, Batch] | list[Source]) -> None:
        if isinstance(piece, list):
            assembly.take_over(piece)
            for source in piece:
                self._report.add(source.report)
            self._progress.step(len(piece))
        else:
            self._report.add(assembly.add(*piece))
            self._progress.step(1)

    def _refuse(self, writer: PassageWriter, strict: bool) -> None:
        failed = self._report.content["failed"]
        if strict:
            refuse_failures(failed)
        if not writer.size:
            raise BadInputError(
                f"no article could be read from the {len(self._sources.files)} files: {_listed(failed) or 'empty'}"
            )

    def _write(self, assembly: Assembly, embedder: Embedder | None) -> float | None:
        """Write what needs all files; returns how many of the best a dense search finds, if there is a model."""
        store, copies = assembly.store, assembly.finish()
        if embedder is not None and not isinstance(embedder, TokenEmbedder):
            vectors = VectorWriter(self._folder, embedder.dimension)
            for batch in self._embedded(embedder, store):
                vectors.add(batch)
            vectors.finish()
        self._progress.stage("writing the index", store.size)
        with ThreadPoolExecutor(2) as pool:
            recall = pool.submit(lambda: None if embedder is None else self._code())
            words_written = pool.submit(assembly.keyword.write)
            found = duplicates.find(copies, lambda row: store.passages(row, row + 1)[0])
            self._report.content["duplicates"] = len(found)
            store.mark_duplicates(found)
            store.finish()
            words_written.result()
            self._progress.step(store.size)
            return recall.result()

    def _code(self) -> float:
        """Write codes of the vectors, if they are many; returns how many of the best passages a search finds."""
        written = VectorIndex.open(self._folder, coded=False)
        index = VectorIndex.build(written.vectors)
        index.save_codes(self._folder)
        return index.recall()

    def _embedded(self, embedder: Embedder, writer: PassageWriter) -> Iterator[NDArray[np.float32]]:
        """Vectors of all passages, batch by batch, from the cache where they were embedded before."""
        self._progress.stage("embedding passages", writer.size)
        # What was found of a batch, and what is missing: the pool asks for batches ahead of those it returns.
        asked: deque[tuple[list[NDArray[np.float32] | None], list[Passage]]] = deque()
        keys: set[tuple[str, bytes, str]] = set()
        with closing(EmbeddingCache(self._cache / "vectors.sqlite", embedder.fingerprint)) as cache:

            def missing_texts() -> Iterator[list[str]]:
                for start in range(0, writer.size, _EMBED_BATCH):
                    batch = writer.passages(start, start + _EMBED_BATCH)
                    keys.update(map(cache.key, batch))
                    kept: list[NDArray[np.float32] | None] = [None] * len(batch)
                    if not self._full:
                        kept = cache.get(batch, embedder.dimension)
                    missing = [passage for passage, v in zip(batch, kept, strict=True) if v is None]
                    asked.append((kept, missing))
                    yield [passage.searchable for passage in missing]

            for fresh in self._pool.embed(embedder, missing_texts()):
                kept, missing = asked.popleft()
                if missing:
                    cache.put(missing, fresh)
                    self.embedded += len(missing)
                anew = iter(fresh)
                self._progress.step(len(kept))
                yield np.stack([next(anew) if vector is None else vector for vector in kept])
            cache.keep_only(keys)


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


def refuse_failures(failed: dict[str, str]) -> None:
    """Raise StrictError if there are any: what `strict` asks for."""
    if failed:
        raise StrictError(
            f"{len(failed)} files cannot be used: {_listed(failed)}; mend them, or rebuild without --strict"
        )


def _listed(failed: dict[str, str]) -> str:
    return "; ".join(f"{name}: {reason}" for name, reason in list(failed.items())[:3])
