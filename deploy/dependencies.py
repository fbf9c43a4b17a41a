"""Print what the image installs, one requirement a line: python deploy/dependencies.py [bundled|any]

With `bundled` the libraries are left out that only other embedding models need. They are most of an installation, and
the bundled model runs without them.
"""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
ONLY_FOR_OTHER_MODELS = {"sentence-transformers", "torch"}


def requirements(models: str) -> list[str]:
    """The project's dependencies and its fast segmenter, for the models named: "bundled" or "any"."""
    if models not in ("bundled", "any"):
        raise SystemExit(f"MODELS is {models!r}; it is bundled or any")
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["fast"]]
    left_out = ONLY_FOR_OTHER_MODELS if models == "bundled" else set()
    return [line for line in wanted if _name(line) not in left_out]


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


if __name__ == "__main__":
    sys.stdout.write("\n".join(requirements(*sys.argv[1:] or ["bundled"])) + "\n")
