"""What was measured, in one JSON file that is replaced after every step: a run that is cut off goes on from there.

    {"sizes": {"20000": {"passages", "files", "source", "seconds", "machine": {..}, "asked": [peer ..],
        "peers": {"yibao": {"build": {..}, "open": {..}, "asked": {..}, "rebuild": {..}, "command": {..}}}}}}

Times end in _s or _ms, memory and disk are bytes. A peer that could not be measured has {"failed": why}.
"""

import datetime
import json
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

_LIBRARIES = (
    "bm25s",
    "faiss-cpu",
    "txtai",
    "langchain-classic",
    "haystack-ai",
    "sentence-transformers",
    "numpy",
)


class Results:
    """The file's content, and how to keep it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.content: dict[str, Any] = {"sizes": {}}
        if path.is_file():
            self.content = json.loads(path.read_text(encoding="utf-8"))

    def size(self, passages: int) -> dict[str, Any]:
        """What is known of that size; filled in place."""
        found: dict[str, Any] = self.content["sizes"].setdefault(str(passages), {"peers": {}})
        return found

    def forget(self, passages: int) -> None:
        self.content["sizes"].pop(str(passages), None)

    def save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".part")
        unfinished.write_text(json.dumps(self.content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(self._path)


def machine() -> dict[str, Any]:
    """Where it was measured, when, and of which state of the project."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit.stdout.strip() or None,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
        "libraries": {name: version for name in _LIBRARIES if (version := _version(name))},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
