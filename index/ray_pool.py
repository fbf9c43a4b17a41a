"""The work of a rebuild on a Ray cluster: its workers read and prepare files, and embed with models that take long.

Files travel as bytes, so that the machines share no disk; each needs this program in the same version, and the model.
What is lost with a worker is handed out anew; what has come back is kept by the rebuild, so that one that
was interrupted goes on from there. Tasks and actors of Ray are all it takes: Ray Data would carry articles through
tables of Arrow, which they are not, and needs pandas and pyarrow on every machine.
"""

import logging
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ingest.corpus import IngestedFile, ingest_content, ingest_file
from ingest.errors import BadInputError, YibaoError
from ingest.field_mapping import FieldMapping

from . import words
from .embedder import Embedder, load_embedder
from .pool import embed
from .preparation import Prepared, ReadFile, Task, prepare, prepare_lost
from .sources import Sources
from .tokens import TokenEmbedder

#: Names the cluster of which this machine is part; begins the address of one of which it is not.
AUTO, _CLIENT = "auto", "ray://"
#: Seconds in which the cluster must take a connection, and after which it is looked for while its results are waited
#: for. Ray itself would try for a minute, and then end this process.
_PATIENCE = 5.0
_FILES_PER_TASK = 16
#: Tasks handed out before their turn, for each worker: memory does not grow with the corpus.
_TASKS_AHEAD = 4
#: Times that work is handed out anew when the process or the machine that had it is gone.
_RETRIES = 2
#: Cores of a worker that embeds without a graphics card: further ones gain little.
_CORES = 4


class _Piece(NamedTuple):
    """A task that travels: with what its file holds, or with what is wrong with it; with nothing if it is kept."""

    task: Task
    fresh: bytes | IngestedFile


class RayPool:
    """Implements `index.pool.Pool`."""

    def __init__(self, ray: Any, address: str, model: str) -> None:
        self._ray, self._address, self._model = ray, address, model
        outside = address.startswith(_CLIENT)
        self._head = _host_and_port(address if outside else ray.get_runtime_context().gcs_address)

    @classmethod
    def open(cls, address: str, model: str) -> "RayPool":
        """Connect to a cluster: `host:port` of its head, `ray://host:port`, or "auto" for the one on this machine.

        `model` is the name of the embedding model, as `load_embedder` takes it.
        Raises BadInputError for an address that is none and where Ray is not installed, YibaoError where no cluster
        answers or it has no worker.
        """
        try:
            import ray  # noqa: PLC0415 - optional, and slow to load
        except ImportError:
            raise BadInputError(
                "Ray is not installed, which --ray needs; run: pip install 'yibao-search[ray]'"
            ) from None
        if address != AUTO:
            try:
                _knock(_host_and_port(address))
            except OSError as error:
                raise YibaoError(
                    f"no Ray cluster answers at {address} ({error.strerror or error}); start one with "
                    "`ray start --head`, or leave --ray out"
                ) from None
        try:
            # Its own lines would stand between the progress bars; what matters comes as an error.
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
            pool = cls(ray, address, model)
            if pool._cores() < 1:
                raise YibaoError(f"the Ray cluster at {address} has no worker; start one with `ray start`")
        except YibaoError:
            ray.shutdown()
            raise
        except Exception as error:  # noqa: BLE001 - it raises what sockets, gRPC and its own checks raise
            raise YibaoError(
                f"the Ray cluster at {address} cannot be used ({_line(error)}); see whether it runs in the same "
                "versions of Ray and Python, and, where it asks for a token, RAY_AUTH_MODE=token and RAY_AUTH_TOKEN; "
                "without --ray this machine does the work"
            ) from None
        return pool

    def prepare(
        self, sources: Sources, tasks: Iterable[Task], embedder: TokenEmbedder | None
    ) -> Iterator[Prepared]:
        """Read files and prepare what is in them on the cluster.

        Raises YibaoError where a worker has another version of this program, or the cluster is gone; BadInputError
        where a worker does not find the model, or finds another one.
        """
        remote = self._ray.remote(max_retries=_RETRIES)(_prepare)
        mapping = sources.mapping
        known = mapping, _version(mapping), self._model, embedder and embedder.fingerprint
        ahead = self._cores() * _TASKS_AHEAD
        running: deque[tuple[list[_Piece], Any]] = deque()
        remaining = iter(tasks)
        while True:
            while len(running) < ahead and (some := list(islice(remaining, _FILES_PER_TASK))):
                pieces = [_piece(task) for task in some]
                running.append((pieces, remote.remote(pieces, *known)))
            if not running:
                return
            pieces, reference = running.popleft()
            try:
                yield self._result(reference)
            except _WorkerDiedError:
                # Perhaps of one file; working on each by itself finds which.
                for piece in pieces:
                    yield self._prepare_apart(remote, piece, known)

    def _prepare_apart(self, remote: Any, piece: _Piece, known: tuple[Any, ...]) -> Prepared:
        try:
            done: Prepared = self._result(remote.options(max_retries=0).remote([piece], *known))
        except _WorkerDiedError:
            return prepare_lost(piece.task)
        return done

    def embed(self, embedder: Embedder, batches: Iterable[list[str]]) -> Iterator[NDArray[np.float32]]:
        """Embed batches in order.

        Raises YibaoError where workers die again and again, or the cluster is gone; BadInputError where a worker
        does not find the model, or finds another one.
        """
        encoders = self._encoders(embedder.fingerprint)
        # Each has two batches: one under way, and one to go on with.
        free: deque[Any] = deque(encoders * 2)
        busy: dict[Any, Any] = {}
        waiting: deque[Any] = deque()
        try:
            for texts in batches:
                if not free:
                    done = self._first_of(list(busy))
                    free.append(busy.pop(done))
                reference = None
                if texts:
                    encoder = free.popleft()
                    reference = encoder.embed.remote(texts)
                    busy[reference] = encoder
                waiting.append(reference)
                while waiting and (len(waiting) > _TASKS_AHEAD * len(encoders) or self._is_ready(waiting[0])):
                    yield self._vectors(waiting.popleft(), embedder)
            while waiting:
                yield self._vectors(waiting.popleft(), embedder)
        except _WorkerDiedError as error:
            raise YibaoError(
                f"the Ray workers that embed with {self._model!r} died {_RETRIES + 1} times ({error}); see their "
                "memory, then run the command again: it goes on with what is missing"
            ) from None

    def _vectors(self, reference: Any | None, embedder: Embedder) -> NDArray[np.float32]:
        found: NDArray[np.float32] = embed(embedder, []) if reference is None else self._result(reference)
        return found

    def _is_ready(self, reference: Any | None) -> bool:
        return reference is None or bool(self._ray.wait([reference], timeout=0)[0])

    def _encoders(self, fingerprint: str) -> list[Any]:
        """One worker a graphics card; where there is none, one for every four cores."""
        nodes = self._resources()
        cards = sum(int(node.get("GPU", 0)) for node in nodes)
        if cards:
            each, number = {"num_gpus": 1}, cards
        else:
            cores = min(_CORES, *(int(node["CPU"]) for node in nodes))
            each, number = {"num_cpus": cores}, sum(int(node["CPU"]) // cores for node in nodes)
        actor = self._ray.remote(**each, max_restarts=_RETRIES, max_task_retries=_RETRIES)(_Encoder)
        return [actor.remote(self._model, fingerprint) for _ in range(number)]

    def _resources(self) -> list[dict[str, float]]:
        """Of the nodes that work."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        return [node for node in nodes if node.get("CPU", 0) >= 1]

    def _cores(self) -> int:
        return int(sum(node["CPU"] for node in self._resources()))

    def _result(self, reference: Any) -> Any:
        """What a worker returned. Raises _WorkerDiedError where it is gone for good."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(self._first_of([reference]))
        except errors.RayTaskError as error:
            if isinstance(error.cause, YibaoError):
                raise error.cause from None
            raise YibaoError(
                f"a worker of the Ray cluster at {self._address} failed: {_line(error.cause)}"
            ) from None
        except (
            errors.WorkerCrashedError,
            errors.OutOfMemoryError,
            errors.RayActorError,
            errors.NodeDiedError,
        ) as error:
            raise _WorkerDiedError(_line(error)) from None
        except (errors.RayError, OSError) as error:
            raise self._gone(error) from None

    def _first_of(self, references: list[Any]) -> Any:
        """One that is done, waited for as long as the cluster is there. Raises YibaoError when it is not."""
        try:
            while not (done := self._ray.wait(references, num_returns=1, timeout=_PATIENCE)[0]):
                _knock(self._head)
        except (self._ray.exceptions.RayError, OSError) as error:
            raise self._gone(error) from None
        return done[0]

    def _gone(self, error: Exception) -> YibaoError:
        return YibaoError(
            f"the Ray cluster at {self._address} has stopped answering ({_line(error)}); start it, then run the "
            "command again: it goes on with what is missing"
        )

    def close(self) -> None:
        self._ray.shutdown()


class _WorkerDiedError(YibaoError):
    """A process of the cluster that ended without a result, as often as it was tried."""


def _piece(task: Task) -> _Piece:
    if task.content is not None:
        return _Piece(task, b"")
    try:
        return _Piece(task, task.source.path.read_bytes())
    except (OSError, MemoryError):
        return _Piece(task, ingest_file(task.source))


def _prepare(
    pieces: list[_Piece], mapping: FieldMapping | None, version: str, model: str, fingerprint: str | None
) -> Prepared:
    """What a worker does with a few files."""
    if _version(mapping) != version:
        raise YibaoError(
            "a worker of the Ray cluster has another version of this program, which would read files otherwise; "
            "install the same one on every machine"
        )
    embedder = None if fingerprint is None else _embedder(model, fingerprint)
    return prepare([_read(piece, mapping) for piece in pieces], cast("TokenEmbedder | None", embedder))


def _read(piece: _Piece, mapping: FieldMapping | None) -> ReadFile:
    (source, content_hash, kept), fresh = piece
    if kept is not None:
        return ReadFile.of_kept(source.name, content_hash, kept)
    return ReadFile.of_read(
        fresh if isinstance(fresh, IngestedFile) else ingest_content(source.name, fresh, mapping)
    )


@lru_cache
def _version(mapping: FieldMapping | None) -> str:
    """Changes with whatever makes other passages or words of the same file."""
    return f"{Sources((), {}, {}, mapping).reading_version} {words.fingerprint()}"


@lru_cache(maxsize=1)
def _embedder(model: str, fingerprint: str) -> Embedder:
    """The model of a worker, loaded once. Raises BadInputError where it is not the one asked for."""
    embedder = load_embedder(model)
    if embedder.fingerprint != fingerprint:
        raise BadInputError(
            f"a worker of the Ray cluster has other weights under the name {model!r}; give every machine the same model"
        )
    return embedder


class _Encoder:
    """A worker that holds a model."""

    def __init__(self, model: str, fingerprint: str) -> None:
        self._model, self._fingerprint = model, fingerprint

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        return _embedder(self._model, self._fingerprint).embed_passages(texts)


def _host_and_port(address: str) -> tuple[str, int]:
    """Of `host:port` or `ray://host:port`. Raises BadInputError for anything else."""
    parts = urlsplit(address if "://" in address else f"{_CLIENT}{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if f"{parts.scheme}://" != _CLIENT or not host or not port:
        raise BadInputError(
            f"{address!r} is no address of a Ray cluster; write host:port of its head, {_CLIENT}host:port, or {AUTO}"
        )
    return host, port


def _knock(host_and_port: tuple[str, int]) -> None:
    """Raises OSError where nothing takes a connection."""
    socket.create_connection(host_and_port, _PATIENCE).close()


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
