"""A thorough look at an index: everything that is wrong with it, each fault with its cure. Nothing is changed.

Opening an index checks what can be checked within a tenth of a second; this reads every byte, and then asks the index
for every passage as a reader would. An index in Milvus is asked the same questions; its files are Milvus's own.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
from filelock import FileLock, Timeout

from ingest.errors import IndexUnusableError, NotFoundError, YibaoError
from ingest.passage import Passage

from . import generations, words
from .backend import Backend
from .embedder import Embedder, load_embedder
from .local import LocalBackend
from .manifest import Manifest, checksum, cure
from .milvus.location import POINTER, MilvusLocation
from .opening import IndexLocation, open_index

#: Passages read at a time.
_BATCH = 500
#: So many passages, evenly spread, are looked for by their id, their own words and their own vector.
_ASKED = 50
#: A passage's vector and its own text, embedded anew, agree up to rounding.
_SAME = 0.999
#: Of many faults of one kind, so many are told; the first of them are enough to act on.
_TOLD = 20

State = Literal["healthy", "damaged", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    part     what it is about: a file by its path inside the index, or "index"
    fault    whether it keeps the index from answering rightly; otherwise it is only worth knowing
    message  what is wrong and the cure, in one line
    """

    part: str
    fault: bool
    message: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of an index.

    build    id of the live build; None where none is named
    checked  files whose every byte was compared with its checksum, and passages that were read
    """

    index: str
    build: str | None
    state: State
    checked: dict[str, int]
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def diagnose(index: IndexLocation, model: str | None = None) -> Diagnosis:
    """Look at every file, every passage and the model of the live build, and at what lies beside it.

    `model` takes the place of the model that the manifest names. Raises nothing for what is wrong with the index:
    that is what it tells.
    """
    if isinstance(index, MilvusLocation):
        return _in_milvus(index, index, model)
    try:
        pointed = MilvusLocation.read(index)
    except IndexUnusableError as error:
        return _diagnosis(index, None, [Finding(POINTER, True, str(error))])
    if pointed is not None:
        return _in_milvus(index, pointed, model)
    while True:
        try:
            build = generations.current(index)
        except NotFoundError as error:
            return Diagnosis(str(index), None, "missing", {}, (Finding("index", True, str(error)),))
        except IndexUnusableError as error:
            return _diagnosis(index, None, [Finding("CURRENT", True, str(error)), *_beside(index, None)])
        checked: Counter[str] = Counter()
        findings = [*_of_build(index / build, model, checked), *_beside(index, build)]
        # A rebuild may have removed what was being read: then another build is live.
        if not any(finding.fault for finding in findings) or _still_live(index, build):
            return _diagnosis(index, build, findings, checked)


def _diagnosis(
    index: IndexLocation, build: str | None, findings: list[Finding], checked: Counter[str] | None = None
) -> Diagnosis:
    damaged = any(finding.fault for finding in findings)
    return Diagnosis(
        str(index), build, "damaged" if damaged else "healthy", dict(checked or {}), tuple(findings)
    )


def _still_live(index: Path, build: str) -> bool:
    try:
        return generations.current(index) == build
    except YibaoError:
        return True


def _in_milvus(index: IndexLocation, location: MilvusLocation, model: str | None) -> Diagnosis:
    checked: Counter[str] = Counter()
    try:
        backend = open_index(location)
    except NotFoundError as error:
        return Diagnosis(str(index), None, "missing", {}, (Finding("index", True, str(error)),))
    except YibaoError as error:
        return _diagnosis(index, None, [Finding("index", True, str(error))])
    with closing(backend):
        remedy = "run `yibao rebuild-index --full --backend milvus`"
        findings = list(_of_contents(backend, remedy, model, checked))
        return _diagnosis(index, backend.manifest.build_id, findings, checked)


def _of_build(folder: Path, model: str | None, checked: Counter[str]) -> Iterator[Finding]:
    try:
        manifest = Manifest.read(folder)
    except IndexUnusableError as error:
        yield Finding(f"{folder.name}/manifest.json", True, str(error))
        return
    damaged = list(_damaged_files(folder, manifest, checked))
    yield from damaged
    yield from _strangers(folder, manifest)
    if damaged:
        return  # what its files hold would only repeat what is wrong with them
    yield from _of_database(folder / "passages.sqlite", cure(folder))
    try:
        backend = LocalBackend.open(folder)
    except YibaoError as error:
        yield Finding(folder.name, True, str(error))
        return
    with closing(backend):
        yield from _of_contents(backend, cure(folder), model, checked)


def _damaged_files(folder: Path, manifest: Manifest, checked: Counter[str]) -> Iterator[Finding]:
    for name, expected in sorted(manifest.checksums.items()):
        path = folder / name
        try:
            found = checksum(path)
        except OSError as error:
            problem = f"{path} cannot be read ({error.strerror})"
        else:
            checked["files"] += 1
            if found == expected:
                continue
            problem = f"{path} is damaged: its checksum differs from the manifest's"
        yield Finding(f"{folder.name}/{name}", True, f"{problem}; {cure(folder)}")


def _strangers(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    known = {*manifest.checksums, "manifest.json"}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in known:
            yield Finding(
                f"{folder.name}/{name}", False, f"{path} is no part of the build and is not read; remove it"
            )


def _of_database(path: Path, remedy: str) -> Iterator[Finding]:
    try:
        for problem in _integrity(path):
            yield Finding(f"{path.parent.name}/{path.name}", True, f"{path}: {problem}; {remedy}")
    except sqlite3.DatabaseError as error:
        yield Finding(f"{path.parent.name}/{path.name}", True, f"{path} cannot be read ({error}); {remedy}")


def _integrity(path: Path) -> list[str]:
    """What SQLite finds wrong with a database that nobody writes to. Raises sqlite3.DatabaseError if it is none."""
    # A writer that was killed leaves a log that belongs to the database; without one, nothing needs to be created
    # beside it, which a folder that may not be written would refuse.
    logged = path.with_name(path.name + "-wal").exists()
    uri = f"{path.resolve().as_uri()}?mode=ro" + ("" if logged else "&immutable=1")
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_TOLD})")]
    return [] if found == ["ok"] else found


def _of_contents(
    backend: Backend, remedy: str, model: str | None, checked: Counter[str]
) -> Iterator[Finding]:
    """Faults of what a backend answers, whichever it is. A fault that it raises itself ends the look."""
    build = backend.manifest.build_id
    try:
        yield from (
            Finding(build, True, f"{problem}; {remedy}")
            for problem in islice(_inconsistencies(backend, checked), _TOLD)
        )
        embedder, fault = _embedder(backend.manifest, model, remedy)
        if fault is not None:
            yield fault
        yield from (
            Finding(build, True, f"{problem}; {remedy}")
            for problem in islice(_lost(backend, embedder), _TOLD)
        )
    except YibaoError as error:
        yield Finding(build, True, str(error))
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, IndexError) as error:
        yield Finding(build, True, f"the build {build} cannot be read ({error!r}); {remedy}")


def _inconsistencies(backend: Backend, checked: Counter[str]) -> Iterator[str]:
    """Where passages, articles, facts and counts of a build do not fit each other."""
    counts = backend.manifest.counts
    kinds: Counter[str] = Counter()
    rows_by_article: dict[str, list[int]] = {}
    ids: set[str] = set()
    repeated: dict[str, str] = {}
    for start in range(0, counts["passages"], _BATCH):
        rows = range(start, min(start + _BATCH, counts["passages"]))
        passages = backend.passages(rows)
        facts = backend.evidence(np.asarray(rows, np.int64), None, None).facts
        for row, passage, fact in zip(rows, passages, facts, strict=True):
            checked["passages"] += 1
            kinds[passage.kind] += 1
            rows_by_article.setdefault(passage.article_id, []).append(row)
            if any(getattr(passage, name) != value for name, value in fact._asdict().items()):
                yield f"what ranking knows of passage {passage.id} is not what the passage says"
            if passage.id in ids:
                yield f"two passages have the id {passage.id}"
            ids.add(passage.id)
            if passage.duplicate_of is not None:
                repeated[passage.id] = passage.duplicate_of
    for copy, original in repeated.items():
        if original not in ids:
            yield f"the passage {copy} repeats {original}, which is not there"
    for article_id, of_article in rows_by_article.items():
        yield from _inconsistent_article(backend, article_id, of_article)
    told = {name: counts.get(name, 0) for name in kinds} | {"articles": counts["articles"]}
    found = dict(kinds) | {"articles": len(rows_by_article)}
    # An article without a passage is counted, but no passage leads to it.
    if any(found[name] > told[name] if name == "articles" else found[name] != told[name] for name in told):
        yield f"the build holds {found}, and its manifest says {told}"


def _inconsistent_article(backend: Backend, article_id: str, rows: list[int]) -> Iterator[str]:
    article = backend.article(article_id)
    if article is None:
        yield f"the article {article_id} of passage row {rows[0]} is not there"
        return
    if backend.article_rows(article_id) != rows:
        yield f"the article {article_id} does not lead to its passages"
    for passage in backend.passages(rows):
        if passage.kind == "body" and article.text[passage.start : passage.end] != passage.text:
            yield f"the passage {passage.id} is not what its article says at that place"


def _embedder(manifest: Manifest, model: str | None, remedy: str) -> tuple[Embedder | None, Finding | None]:
    """The model the build was made with, or why questions cannot be asked with it."""
    if manifest.model is None:
        note = f"the index holds no vectors and answers by keyword only; {remedy} to add them"
        return None, Finding(manifest.build_id, False, note)
    name = model or manifest.model.name
    shown = repr(name) if name else "the bundled one"
    try:
        embedder = load_embedder(name)
    except YibaoError as error:
        problem = f"the embedding model cannot be loaded, and only words are searched ({error}); {remedy}"
        return None, Finding(manifest.build_id, True, problem)
    if embedder.fingerprint != manifest.model.fingerprint:
        problem = f"the index was made with another embedding model than {shown}, and cannot be searched"
        return None, Finding(manifest.build_id, True, f"{problem}; {remedy}")
    return embedder, None


def _lost(backend: Backend, embedder: Embedder | None) -> Iterator[str]:
    """Passages that are not where their id, their own words and their own vector say, of some that are asked for."""
    size = backend.manifest.counts["passages"]
    rows = np.unique(np.linspace(0, size - 1, min(size, _ASKED)).astype(np.int64))
    passages: list[Passage] = backend.passages(rows.tolist())
    texts = [passage.searchable for passage in passages]
    vectors = [None] * len(texts) if embedder is None else list(embedder.embed_passages(texts))
    for row, passage, vector in zip(rows.tolist(), passages, vectors, strict=True):
        if backend.passage_row(passage.id) != row:
            yield f"the passage {passage.id} is not found by its id"
        terms = [(term, 1.0) for term in dict.fromkeys(words.terms(passage.searchable))]
        evidence = backend.evidence(np.asarray([row]), vector, terms or None)
        if evidence.keyword is not None and not evidence.keyword[0] > 0:
            yield f"the passage {passage.id} is not found by its own words"
        # A text without a single token has no direction.
        if vector is not None and vector.any() and evidence.cosine is not None and evidence.cosine[0] < _SAME:
            yield f"the vector of passage {passage.id} is not that of its text"


def _beside(index: Path, build: str | None) -> Iterator[Finding]:
    """What lies beside the live build: a rebuild that runs, or what is left of one, older builds, caches."""
    running = _running(index)
    if running is not None:
        yield Finding(".lock", False, f"process {running} is rebuilding {index} now; nothing to do")
        return
    number = int(build) if build is not None else 0
    for name in generations.builds(index):
        if int(name) > number:
            yield Finding(
                name, False, f"{index / name} is left of a rebuild that died; the next rebuild removes it"
            )
    for name in (".lock-holder", "CURRENT.new", f"{POINTER}.new"):
        if (index / name).exists():
            yield Finding(
                name, False, f"{index / name} is left of a rebuild that died; the next rebuild replaces it"
            )
    for path in sorted((index / "cache").glob("*.sqlite")):
        try:
            problems = _integrity(path)
        except sqlite3.DatabaseError as error:
            problems = [str(error)]
        if problems:
            yield Finding(
                f"cache/{path.name}",
                False,
                f"{path} is damaged ({problems[0]}); it only saves time: remove it, and the next rebuild makes it anew",
            )


def _running(index: Path) -> str | None:
    """The process that holds the index's lock, if one does."""
    holder = index / ".lock-holder"
    try:
        pid = holder.read_text(encoding="utf-8").strip()
        # Only a rebuild, running or killed, leaves its number; so the lock is not taken from one that begins now.
        with FileLock(index / ".lock", timeout=0):
            return None
    except Timeout:
        return pid or "unknown"
    except OSError:
        return None
