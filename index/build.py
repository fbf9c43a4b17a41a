"""One build: from the files of a corpus to a folder with everything that a reader needs."""

import datetime
from collections import deque
from collections.abc import Iterator
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
from .embedder import Embedder
from .embedding_cache import EmbeddingCache
from .file_cache import FileCache
from .keyword import KeywordBuilder
from .manifest import Manifest, ModelStamp, checksums
from .parsed_file import ParsedFile
from .parts import Parts
from .pool import Pool
from .preparation import Prepared, Task, prepare_task
from .progress import Progress
from .sources import Sources
from .store import PassageWriter
from .tokens import TokenEmbedder, TokenStore
from .vectors import VectorIndex, VectorWriter

#: Passages embedded, and committed to the cache, at a time: a kill costs a slow model so many.
_EMBED_BATCH = 512
#: Files read between two commits of the caches.
_COMMITTED = 200


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
        with closing(PassageWriter(self._folder / "passages.sqlite")) as writer:
            recall = self._fill(writer, embedder, strict)
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
                "passages": writer.size,
                **dict(sorted(kinds.items())),
            },
            checksums=whole,
            samples=samples,
            report=self._report.content,
        )
        manifest.write(self._folder)
        return manifest

    def _fill(self, writer: PassageWriter, embedder: Embedder | None, strict: bool) -> float | None:
        """Write everything but the manifest; returns how many of the best a dense search finds, if there is a model."""
        keyword = KeywordBuilder()
        band_keys: list[NDArray[np.uint64]] = []
        dense = None if embedder is None else DenseWriter(self._folder, embedder.dimension)
        static = embedder if isinstance(embedder, TokenEmbedder) else None
        for parsed, parts in self._prepared(static):
            self._report.add(parsed.report)
            for article in parsed.articles:
                writer.add(*article)
            keyword.add(parts.terms)
            band_keys.append(parts.copies)
            if dense is not None and static is not None:
                dense.add(parts)
        self._refuse(writer, strict)
        if dense is not None and embedder is not None and static is None:
            for vectors in self._embedded(embedder, writer):
                dense.add_vectors(vectors)
        self._progress.stage("writing the index", writer.size)
        with ThreadPoolExecutor(2) as pool:
            recall = pool.submit(lambda: None if dense is None else dense.finish())
            words_written = pool.submit(keyword.write, self._folder / "keyword")
            copies = duplicates.find(np.concatenate(band_keys), lambda row: writer.passages(row, row + 1)[0])
            self._report.content["duplicates"] = len(copies)
            writer.mark_duplicates(copies)
            writer.finish()
            words_written.result()
            self._progress.step(writer.size)
            return recall.result()

    def _refuse(self, writer: PassageWriter, strict: bool) -> None:
        failed = self._report.content["failed"]
        if strict:
            refuse_failures(failed)
        if not writer.size:
            raise BadInputError(
                f"no article could be read from the {len(self._sources.files)} files: {_listed(failed) or 'empty'}"
            )

    def _prepared(self, embedder: TokenEmbedder | None) -> Iterator[tuple[ParsedFile, Parts]]:
        """What became of every file, in order, from the caches where it has not changed."""
        files, hashes, version = self._sources.files, self._sources.hashes, self._sources.reading_version
        self._progress.stage("reading articles", len(files))
        model = "" if embedder is None else embedder.fingerprint
        with (
            closing(FileCache(self._cache / "files.sqlite", version)) as read,
            closing(
                FileCache(self._cache / "parts.sqlite", f"{version} {words.fingerprint()} {model}")
            ) as made,
        ):
            kept: set[str] = set()
            if not self._full:
                known = read.names() & made.names()
                kept = {file.name for file in files if (file.name, hashes[file.name]) in known}

            def task(source: SourceFile) -> Task:
                name = source.name
                return Task(source, hashes[name], None if self._full else read.get(name, hashes[name]))

            prepared = self._pool.prepare(
                self._sources, (task(source) for source in files if source.name not in kept), embedder
            )
            for number, source in enumerate(files, 1):
                name = source.name
                content = read.get(name, hashes[name]) if name in kept else None
                parts = made.get(name, hashes[name]) if name in kept else None
                if content is None or parts is None:
                    # What a cache names and cannot give is damaged, and not among the tasks.
                    one = next(prepared) if name not in kept else self._mend(task(source), embedder)
                    content, parts = self._keep(one, read, made, embedder)
                if number % _COMMITTED == 0:
                    read.commit()
                    made.commit()
                self._progress.step(1)
                yield ParsedFile.from_json(content), Parts.from_bytes(parts)
            read.keep_only(set(hashes))
            made.keep_only(set(hashes))

    def _mend(self, task: Task, embedder: TokenEmbedder | None) -> Prepared:
        return prepare_task(task, self._sources.mapping, embedder)

    def _keep(
        self, done: Prepared, read: FileCache, made: FileCache, embedder: TokenEmbedder | None
    ) -> tuple[bytes, bytes]:
        """Keep what was made of a file, except of one that failed, which is tried again each time."""
        self.parsed += done.fresh
        if embedder is not None:
            self.embedded += done.passages
        if not done.failed:
            if done.fresh:
                read.put(done.name, done.content_hash, done.content)
            made.put(done.name, done.content_hash, done.parts)
        return done.content, done.parts

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


class DenseWriter:
    """Writes the dense leg: vectors, codes of many of them, and token ids where the model has them."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._vectors = VectorWriter(folder, dimension)
        self._tokens: list[NDArray[np.uint32]] = []
        self._token_counts: list[NDArray[np.int32]] = []

    def add(self, parts: Parts) -> None:
        """Take the next file's vectors and tokens."""
        self._vectors.add(parts.vectors)
        self._tokens.append(parts.tokens)
        self._token_counts.append(parts.token_counts)

    def add_vectors(self, vectors: NDArray[np.float32]) -> None:
        """Take vectors of the next passages, float32 `[passages, dimension]`, of a model without tokens."""
        self._vectors.add(vectors)

    def finish(self) -> float:
        """Write what is left; returns how many of the best passages a search finds."""
        if self._tokens:
            TokenStore.build(np.concatenate(self._tokens), np.concatenate(self._token_counts)).save(
                self._folder
            )
        index = VectorIndex.build(self._vectors.finish())
        index.save_codes(self._folder)
        return index.recall()


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
