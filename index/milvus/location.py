"""Where in Milvus an index lies, and the file in an index folder that says so."""

import json
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import BadInputError, IndexUnusableError

#: In the index folder; beside it lie the caches of the rebuilds that ran here.
POINTER = "milvus.json"
TOKEN_VARIABLE = "YIBAO_MILVUS_TOKEN"  # noqa: S105 - its name, not its value

#: Milvus takes letters, digits and underscores, at most 255 bytes; a build's number and "_documents" follow.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_SCHEMES = ("http", "https", "tcp")
#: Ends the path of a file that milvus-lite keeps by itself, without a server.
LITE = ".db"


@dataclass(frozen=True, slots=True)
class MilvusLocation:
    """An index in Milvus.

    uri       http(s)://host:port of a server, or a path ending in .db for milvus-lite
    name      of the index there: the alias of its live build
    token     "user:password" or an API key; never written to disk
    database  of the server; "" for its default one
    timeout   seconds that one request may take
    """

    uri: str
    name: str = "yibao"
    token: str = field(default="", repr=False)
    database: str = ""
    timeout: float = 10.0

    def __post_init__(self) -> None:
        """Raises BadInputError for an address, name or timeout that Milvus would not take."""
        if not self.lite:
            parts = urlsplit(self.uri)
            if parts.scheme not in _SCHEMES or not parts.hostname:
                raise BadInputError(
                    f"{self.uri!r} is no address of Milvus; set YIBAO_MILVUS_URI, such as http://127.0.0.1:19530, "
                    f"or a path ending in {LITE} for milvus-lite"
                )
            if parts.username or parts.password:
                raise BadInputError(
                    f"the address of Milvus holds a password; take it out and set {TOKEN_VARIABLE}=user:password"
                )
        for what, name in (("collection", self.name), ("database", self.database or "_")):
            if not _NAME.fullmatch(name):
                raise BadInputError(
                    f"{name!r} cannot name a {what} of Milvus; use up to 200 letters, digits and underscores, "
                    f"not beginning with a digit, in YIBAO_MILVUS_{what.upper()}"
                )
        if not 0 < self.timeout <= 3600:
            raise BadInputError(
                f"a timeout of {self.timeout} s is not usable; set YIBAO_MILVUS_TIMEOUT to 1 or more"
            )

    def __str__(self) -> str:
        return f"{self.name} at {self.uri}"

    @property
    def lite(self) -> bool:
        """Whether this is a file of milvus-lite, which one process at a time can open."""
        return self.uri.endswith(LITE) and "://" not in self.uri

    def write(self, index_dir: Path) -> None:
        """Say in an index folder that its builds lie here. The token is left out."""
        uri = str(Path(self.uri).resolve()) if self.lite else self.uri
        content = {"uri": uri, "name": self.name, "database": self.database, "timeout": self.timeout}
        pending = index_dir / f"{POINTER}.new"
        pending.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        pending.replace(index_dir / POINTER)

    @classmethod
    def read(cls, index_dir: Path, token: str | None = None) -> "MilvusLocation | None":
        """Where the builds of an index folder lie; None if they are in the folder itself.

        The token is the one given, or the environment's. Raises IndexUnusableError for a pointer that is damaged.
        """
        path = index_dir / POINTER
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise IndexUnusableError(f"{path} cannot be read ({error}); {_cure(index_dir)}") from None
        try:
            location = cls(**content)
        except (TypeError, AttributeError, BadInputError) as error:
            raise IndexUnusableError(f"{path} is damaged ({error}); {_cure(index_dir)}") from None
        return replace(location, token=os.environ.get(TOKEN_VARIABLE, "") if token is None else token)


def _cure(index_dir: Path) -> str:
    return f"remove it, then run `yibao rebuild-index --backend milvus --index {index_dir}`"
