"""Run the HTTP service with uvicorn."""

import errno
import os
import socket
from typing import Any

import uvicorn

from ingest.errors import BadInputError, BusyError

from .guards.connections import BoundedConnection
from .settings import Settings
from .workers import sharing

#: What numpy multiplies in a search is so small that a second thread mostly waits for the first, in a loop that takes a
#: core from the searches beside it: with 2 workers on 2 cores 148 questions a second were answered, with this 346. Read
#: when numpy is imported.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")

#: Linux, macOS and Windows say with these that the port is taken.
_TAKEN = {errno.EADDRINUSE, 10048}

#: The access log is lines of JSON by itself; everything else is for people. Both go to standard error.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "bare": {"format": "%(message)s"},
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "bare": {"class": "logging.StreamHandler", "formatter": "bare"},
        "line": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"level": "WARNING", "handlers": ["line"]},
    "loggers": {
        "api": {"level": "INFO"},
        "api.access": {"level": "INFO", "handlers": ["bare"], "propagate": False},
        "uvicorn": {"level": "INFO"},
    },
}


def run(settings: Settings) -> None:
    """Serve until interrupted. Raises BusyError for a taken port, BadInputError for an unusable address."""
    check_address(settings.host, settings.port)
    os.environ.setdefault(*_ONE_THREAD)
    with sharing(settings.workers):
        uvicorn.run("api.app:create_app", factory=True, workers=settings.workers, **options(settings))


def options(settings: Settings) -> dict[str, Any]:
    """How uvicorn serves, whoever starts it."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": BoundedConnection,
        "ws": "none",
        "access_log": False,
        "log_config": LOGGING,
        "server_header": False,
        # Requests under way end, but a stalled client cannot hold up a restart.
        "timeout_graceful_shutdown": 10,
    }


def check_address(host: str, port: int) -> None:
    """Bind once beforehand: uvicorn would report a taken port only after the index has been opened."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise BadInputError(
            f"{host!r} is not an address of this machine; set --host, such as 127.0.0.1"
        ) from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise BadInputError(f"port {port} needs more rights; choose one above 1023 with --port") from None
        except OSError as error:
            if error.errno in _TAKEN:
                raise BusyError(
                    f"port {port} on {host} is in use; stop what listens there, or choose another with --port"
                ) from None
            raise BadInputError(
                f"{host!r} is not an address of this machine; set --host, such as 127.0.0.1"
            ) from None
