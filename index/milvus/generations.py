"""Generations in Milvus: every build in collections of its own, and an alias naming the live one.

    yibao            alias, switched as the last step of a build, when the new one is loaded
    yibao_000007     a build; `schema.py` says what lies beside it

A reader looks the alias up once and then asks the build by its own name, so that no answer is made of two builds. A
build is whole once it has a manifest, which is written last. The build before the live one stays until the next
rebuild begins, so that its readers have the time until then to notice the switch.
"""

import re
from typing import TYPE_CHECKING

from ingest.errors import BadInputError, IndexUnusableError, NotFoundError

from . import schema
from .connection import Connection, MissingError

if TYPE_CHECKING:
    from pymilvus import MilvusClient


def builds(connection: Connection) -> list[str]:
    """Builds of the index, whole or not, oldest first."""
    pattern = re.compile(rf"{connection.location.name}_(\d{{6,}})")
    names = connection.ask(lambda client: client.list_collections(timeout=connection.timeout))
    numbers = [int(match[1]) for name in names if (match := pattern.fullmatch(name))]
    return [_name(connection, number) for number in sorted(numbers)]


def live(connection: Connection) -> str:
    """The live build. Raises NotFoundError if there is none."""
    found = find_live(connection)
    if found is None:
        cure = "run `yibao rebuild-index --backend milvus`"
        raise NotFoundError(
            f"there is no index {connection.location}; {cure}", told=f"there is no index in Milvus; {cure}"
        )
    return found


def find_live(connection: Connection) -> str | None:
    """The live build, if there is one."""
    name = connection.location.name
    try:
        described = connection.ask(lambda client: client.describe_alias(name, timeout=connection.timeout))
    except MissingError:
        return None
    return str(described["collection_name"])


def build_after(connection: Connection, existing: list[str]) -> str:
    """The name of a new build, after those that there are. Numbers, not times: clocks go backwards."""
    return _name(connection, number_of(existing[-1]) + 1 if existing else 1)


def number_of(build: str) -> int:
    """The number of a build."""
    return int(build.rsplit("_", maxsplit=1)[1])


def publish(connection: Connection, build: str) -> None:
    """Make a loaded build the live one, in one step.

    Raises BadInputError where the index has the name of a collection that somebody else made.
    """
    name, timeout = connection.location.name, connection.timeout
    before = find_live(connection)
    if before == build:
        return  # another process that sent the same build has made it live
    if before is None and name in connection.ask(lambda client: client.list_collections(timeout=timeout)):
        what = "is a collection that is no index of this program; choose another name with YIBAO_MILVUS_COLLECTION"
        raise BadInputError(f"{connection.location} {what}", told=f"{name} {what}")
    try:
        if before is None:
            connection.ask(lambda client: client.create_alias(build, name, timeout=timeout))
        else:
            connection.ask(lambda client: client.alter_alias(build, name, timeout=timeout))
    except IndexUnusableError:
        # Such a process may have come between the look and now.
        now = find_live(connection)
        if now == build:
            return
        if before is not None or now is None:
            raise
        connection.ask(lambda client: client.alter_alias(build, name, timeout=timeout))


def drop(connection: Connection, build: str) -> None:
    """Remove a build; where there is none, nothing happens."""

    def both(client: "MilvusClient") -> None:
        # The passages last: as long as they are there, `builds` names what is left of it.
        for name in (schema.documents_of(build), schema.passages_of(build)):
            client.drop_collection(name, timeout=connection.timeout)

    connection.ask(both)


def _name(connection: Connection, number: int) -> str:
    return f"{connection.location.name}_{number:06d}"
