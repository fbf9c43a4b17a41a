"""Rebuild an index from its corpus folders: read what changed, embed what changed, switch when all is done."""

import datetime
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest import corpus, duplicates
from ingest.corpus import IngestedFile, SourceFile
from ingest.errors import BadInputError, IndexUnusableError, NotFoundError
from ingest.passage import Passage
from ingest.records import FieldMapping
from ingest.report import IngestReport

from . import generations, words
from .embedder import Embedder
from .embedding_cache import EmbeddingCache
from .keyword import KeywordBuilder
from .manifest import Manifest, ModelStamp, checksums
from .parse_cache import ParseCache
from .store import PassageWriter
from .tokens import TokenStore
from .vectors import VectorIndex

#: Passages embedded, and committed to the cache, at a time.
_EMBED_BATCH = 2048
#: Passages whose words are counted at a time.
_WORDS_BATCH = 4096
#: Files parsed between two commits of the parse cache.
_PARSE_BATCH = 500


class Progress(Protocol):
    """Told what goes on: stages by name with their size, then steps done."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, done: int) -> None: ...


class Quiet:
    """Tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Say nothing."""

    def step(self, done: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class RebuildSummary:
    """What a rebuild did.

    unchanged  nothing differed, so the live build stays
    parsed     files read anew; the others came from the cache
    embedded   passages embedded anew
    seconds    wall time
    """

    build_id: str
    unchanged: bool
    parsed: int
    embedded: int
    seconds: float
    model: str | None
    report: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "build": self.build_id,
            "unchanged": self.unchanged,
            "parsed": self.parsed,
            "embedded": self.embedded,
            "seconds": round(self.seconds, 3),
            "model": self.model,
            **self.report,
        }


def rebuild(
    folders: Sequence[Path],
    index_dir: Path,
    *,
    embedder: Embedder | None,
    model_name: str = "",
    full: bool = False,
    strict: bool = False,
    workers: int | None = None,
    mapping: FieldMapping | None = None,
    progress: Progress | None = None,
) -> RebuildSummary:
    """Make the index of `folders` the live build of `index_dir`.

    `embedder` None makes an index that answers by keyword only. `full` reads and embeds everything
    anew; `strict` refuses a corpus that holds a file that cannot be used. Raises NotFoundError for a missing
    folder, BadInputError for a corpus that is refused or has not a single article, BusyError while another
    rebuild runs.
    """
    started = time.perf_counter()
    progress = progress or Quiet()
    found = corpus.scan(folders)
    if not found.files:
        listed = ", ".join(map(str, folders))
        raise BadInputError(f"no articles in {listed}: put .txt, .html, .md, .jsonl or .csv files there")
    try:
        with generations.rebuilding(index_dir):
            generations.remove_unfinished(index_dir)
            stamp = None
            if embedder is not None:
                stamp = ModelStamp(model_name, embedder.dimension, embedder.fingerprint)
            hashes = _hash_files(found.files, progress)
            source = _source_fingerprint(hashes, found.skipped, mapping)
            live = None if full else _live(index_dir)
            if live and (live.source, live.words, live.model) == (source, words.fingerprint(), stamp):
                if strict:
                    _refuse_failures(live.report["failed"])
                seconds = time.perf_counter() - started
                return RebuildSummary(live.build_id, True, 0, 0, seconds, _shown(stamp), live.report)
            build = _Build(index_dir, embedder, stamp, source, full, strict, progress)
            return build.run(found, hashes, mapping, workers, started)
    except PermissionError as error:
        raise BadInputError(
            f"{index_dir} cannot be written: {error}; choose another with --index DIR"
        ) from None


def _refuse_failures(failed: dict[str, str]) -> None:
    if failed:
        listed = "; ".join(f"{name} {reason}" for name, reason in list(failed.items())[:3])
        raise BadInputError(
            f"{len(failed)} files cannot be used: {listed}; mend them, or rebuild without --strict"
        )


def _shown(stamp: ModelStamp | None) -> str | None:
    return None if stamp is None else stamp.name or "bundled"


def _live(index_dir: Path) -> Manifest | None:
    try:
        return Manifest.read(index_dir / generations.current(index_dir))
    except (NotFoundError, IndexUnusableError):
        return None


def _hash_files(files: Sequence[SourceFile], progress: Progress) -> dict[str, str]:
    """Content hash by name; "" for a file that cannot be read, which is then reported by its reader."""
    progress.stage("checking files", len(files))
    hashes = {}
    for source in files:
        try:
            hashes[source.name] = corpus.hash_content(source.path.read_bytes())
        except OSError:
            hashes[source.name] = ""
        progress.step(1)
    return hashes


def _source_fingerprint(hashes: dict[str, str], skipped: dict[str, str], mapping: FieldMapping | None) -> str:
    digest = hashlib.sha256(f"{_code_version()}\n{mapping!r}\n".encode())
    for name, value in [*sorted(hashes.items()), *sorted(skipped.items())]:
        digest.update(f"{name}\0{value}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _code_version() -> str:
    """Fingerprint of the code and data that turn files into passages: a change of either reads everything anew."""
    folder = Path(corpus.__file__).parent
    digest = hashlib.sha256()
    for path in [
        *sorted(folder.rglob("*.py")),
        *sorted((folder.parent / "corpus" / "lexicon").glob("*.tsv")),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class _Build:
    """One build from the first file to the switch."""

    def __init__(
        self,
        index_dir: Path,
        embedder: Embedder | None,
        stamp: ModelStamp | None,
        source: str,
        full: bool,
        strict: bool,
        progress: Progress,
    ) -> None:
        self._index_dir, self._embedder, self._stamp = index_dir, embedder, stamp
        self._source, self._full, self._strict, self._progress = source, full, strict, progress
        self._report = IngestReport()
        self._parsed = 0
        self._embedded = 0

    def run(
        self,
        found: corpus.Scan,
        hashes: dict[str, str],
        mapping: FieldMapping | None,
        workers: int | None,
        started: float,
    ) -> RebuildSummary:
        folder = generations.new_build(self._index_dir)
        writer = PassageWriter(folder / "passages.sqlite")
        self._report.skipped = found.skipped
        passages: list[Passage] = []
        for done in self._ingested(found.files, hashes, mapping, workers):
            self._report.add(done)
            for article, its_passages in done.articles:
                writer.add(article, its_passages)
                passages += its_passages
        if self._strict:
            _refuse_failures(self._report.failed)
        if not passages:
            failed = "; ".join(f"{name}: {reason}" for name, reason in list(self._report.failed.items())[:3])
            raise BadInputError(
                f"no article could be read from the {len(found.files)} files: {failed or 'empty'}"
            )
        copies = duplicates.find(passages)
        self._report.duplicates = len(copies)
        writer.mark_duplicates(copies)
        writer.finish()
        self._index_keywords(passages, folder)
        if self._embedder is not None:
            self._index_vectors(self._embedder, passages, folder)
        manifest = self._manifest(folder)
        manifest.write(folder)
        generations.publish(self._index_dir, folder.name)
        seconds = time.perf_counter() - started
        shown = _shown(self._stamp)
        return RebuildSummary(
            folder.name, False, self._parsed, self._embedded, seconds, shown, manifest.report
        )

    def _ingested(
        self,
        files: Sequence[SourceFile],
        hashes: dict[str, str],
        mapping: FieldMapping | None,
        workers: int | None,
    ) -> Iterator[IngestedFile]:
        """Every file in order, from the cache where it has not changed."""
        self._progress.stage("reading articles", len(files))
        cache = ParseCache(self._index_dir / "cache" / "files.sqlite", f"{_code_version()} {mapping!r}")
        try:
            kept = (
                {} if self._full else {f.name for f in files if cache.get(f.name, hashes[f.name]) is not None}
            )
            changed = corpus.ingest(
                (f for f in files if f.name not in kept), mapping=mapping, workers=workers
            )
            for source in files:
                done = cache.get(source.name, hashes[source.name]) if source.name in kept else None
                if done is None:
                    done = next(changed)
                    cache.put(done)
                    self._parsed += 1
                    if self._parsed % _PARSE_BATCH == 0:
                        cache.commit()
                self._progress.step(1)
                yield done
            cache.keep_only({f.name for f in files})
        finally:
            cache.close()

    def _index_keywords(self, passages: Sequence[Passage], folder: Path) -> None:
        self._progress.stage("indexing words", len(passages))
        builder = KeywordBuilder()
        for start in range(0, len(passages), _WORDS_BATCH):
            batch = passages[start : start + _WORDS_BATCH]
            builder.add([passage.searchable for passage in batch])
            self._progress.step(len(batch))
        builder.write(folder / "keyword")

    def _index_vectors(self, embedder: Embedder, passages: Sequence[Passage], folder: Path) -> None:
        self._progress.stage("embedding passages", len(passages))
        cache = EmbeddingCache(self._index_dir / "cache" / "vectors.sqlite", embedder.fingerprint)
        vectors = np.zeros((len(passages), embedder.dimension), np.float32)
        try:
            for start in range(0, len(passages), _EMBED_BATCH):
                batch = passages[start : start + _EMBED_BATCH]
                kept = [None] * len(batch) if self._full else cache.get(batch, embedder.dimension)
                missing = [i for i, vector in enumerate(kept) if vector is None]
                if missing:
                    todo = [batch[i] for i in missing]
                    fresh = embedder.embed_passages([p.searchable for p in todo])
                    cache.put(todo, fresh)
                    vectors[start + np.asarray(missing)] = fresh
                    self._embedded += len(missing)
                for i, vector in enumerate(kept):
                    if vector is not None:
                        vectors[start + i] = vector
                self._progress.step(len(batch))
            cache.keep_only({p.id for p in passages})
        finally:
            cache.close()
        VectorIndex.build(vectors).save(folder / "vectors.faiss")
        token_ids: Callable[[list[str]], list[Any]] | None = getattr(embedder, "token_ids", None)
        if token_ids is not None:
            TokenStore.build(token_ids([p.searchable for p in passages])).save(folder)

    def _manifest(self, folder: Path) -> Manifest:
        report = self._report.to_dict()
        kinds = report["passages"]
        return Manifest(
            build_id=folder.name,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            source=self._source,
            words=words.fingerprint(),
            model=self._stamp,
            counts={"articles": report["articles"], "passages": sum(kinds.values()), **kinds},
            checksums=checksums(folder),
            report=report,
        )
