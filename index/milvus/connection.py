"""The connection to Milvus: every request has an end, and every failure says what to do."""

import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.errors import BadInputError, BusyError, IndexUnusableError, UnavailableError, YibaoError

from .location import TOKEN_VARIABLE, MilvusLocation

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: Sparse vectors came with this version.
_LEAST_VERSION = (2, 4)
#: Error codes of Milvus (`merr` in its source); collections, then aliases.
_MISSING, _MISSING_DATABASE = (4, 100, 1600), (800,)
_NOT_LOADED = (101,)
_REFUSED = (1401,)
#: gRPC waits longer and longer, up to two minutes, before it looks again whether a server is back, and lets all
#: connections of a process wait together.
_RECONNECT = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 2000,
}
_NOT_ANSWERING = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN")
_NOT_ALLOWED = ("UNAUTHENTICATED", "PERMISSION_DENIED")

_ONE_PROCESS = "one process at a time; end the other one, or run a server and set YIBAO_MILVUS_URI"
_INSTALL = "run: pip install 'yibao-search[milvus]'"

T = TypeVar("T")
_Error = TypeVar("_Error", bound=YibaoError)


class MissingError(IndexUnusableError):
    """A collection or an alias that is not there."""


class NotLoadedError(IndexUnusableError):
    """A collection that is there, but not in memory: milvus-lite was started anew, or somebody released it."""


class Connection:
    """A client of one database of Milvus. Safe to use from several threads."""

    def __init__(self, client: "MilvusClient", location: MilvusLocation) -> None:
        self._client, self.location = client, location

    @classmethod
    def open(cls, location: MilvusLocation) -> "Connection":
        """Connect. Raises UnavailableError where nothing answers, BadInputError where pymilvus is not installed."""
        try:
            import pymilvus  # noqa: PLC0415 - optional, and slow to load
        except ImportError:
            raise BadInputError(
                f"the index lies in Milvus, and pymilvus is not installed; {_INSTALL}"
            ) from None
        # They write each failure with a traceback to standard error; here each becomes one of our errors.
        for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = pymilvus.MilvusClient(
                location.uri,
                token=location.token,
                db_name="" if location.lite else location.database,
                timeout=location.timeout,
                grpc_options=_RECONNECT,
            )
        except Exception as error:  # noqa: BLE001 - it raises what gRPC, sockets and files raise
            raise _explained(error, location) from None
        return cls(client, location)

    def ask(self, request: Callable[["MilvusClient"], T]) -> T:
        """What a request answers.

        Raises UnavailableError where Milvus does not answer in time, NotLoadedError where the collection is not in
        memory, MissingError where it is not there at all, IndexUnusableError where Milvus cannot for another reason.
        """
        try:
            return request(self._client)
        except YibaoError:
            raise
        except Exception as error:  # noqa: BLE001 - it raises what gRPC, sockets and protobuf raise
            raise _explained(error, self.location) from None

    @property
    def timeout(self) -> float:
        """Seconds that a request may take."""
        return self.location.timeout

    def check_version(self) -> None:
        """Raises IndexUnusableError for a server that knows no sparse vectors."""
        if self.location.lite:
            return  # every version that runs from a file knows them, and not every one tells its version
        version = self.ask(lambda client: client.get_server_version(timeout=self.timeout))
        if _numbers(version) < _LEAST_VERSION:
            raise problem(
                IndexUnusableError,
                self.location,
                f"is version {version}, which has no sparse vectors",
                f"run {'.'.join(map(str, _LEAST_VERSION))} or newer",
            )

    def close(self) -> None:
        self._client.close()


def _numbers(version: str) -> tuple[int, ...]:
    """(2, 4) of "v2.4.1-gpu"; a server that does not tell its version in numbers is taken as new enough."""
    found = re.search(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else _LEAST_VERSION


def problem(kind: type[_Error], location: MilvusLocation, what: str, cure: str, detail: str = "") -> _Error:
    """An error of that kind about a location. Callers over a network are not told where it is, nor what it said."""
    said = f" ({detail})" if detail else ""
    return kind(f"Milvus at {location.uri} {what}; {cure}{said}", told=f"Milvus {what}; {cure}")


def _explained(error: Exception, location: MilvusLocation) -> YibaoError:
    """An error of pymilvus or gRPC as one of ours."""
    code: Any = getattr(error, "code", None)
    if callable(code):
        code = code()
    name = getattr(code, "name", "")
    detail = " ".join(str(getattr(error, "message", "") or error).split())[:300] or type(error).__name__

    def explained(kind: type[YibaoError], what: str, cure: str) -> YibaoError:
        return problem(kind, location, what, cure, detail)

    if location.lite and "Open local milvus failed" in detail:
        return BusyError(
            f"{location.uri} cannot be opened by milvus-lite, which lets in {_ONE_PROCESS}",
            told=f"milvus-lite lets in {_ONE_PROCESS}",
        )
    if "milvus-lite is required" in detail:
        return BadInputError(
            f"{location.uri} is a file of milvus-lite, which is not installed; {_INSTALL}",
            told=f"milvus-lite is not installed; {_INSTALL}",
        )
    if name in _NOT_ALLOWED or code in _REFUSED or "auth check failure" in detail:
        return explained(IndexUnusableError, "refuses the token", f"set {TOKEN_VARIABLE}")
    if code in _MISSING_DATABASE or "database not found" in detail:
        return explained(
            IndexUnusableError,
            f"has no database {location.database!r}",
            "create it, or set YIBAO_MILVUS_DATABASE",
        )
    if code in _MISSING:
        return explained(
            MissingError,
            "no longer holds what was asked for",
            "open the index anew, or run `yibao rebuild-index --backend milvus`",
        )
    if code in _NOT_LOADED or "not loaded" in detail:
        return explained(NotLoadedError, "does not have the index in memory", "open it anew")
    if name in _NOT_ANSWERING or type(error).__name__ in ("FutureTimeoutError", "ConnectError") or code == 2:
        return explained(
            UnavailableError,
            "does not answer",
            "see whether it runs, whether YIBAO_MILVUS_URI is right, and whether YIBAO_MILVUS_TIMEOUT "
            f"({location.timeout:g} s) is long enough",
        )
    return explained(IndexUnusableError, "failed", "see its log")
