"""Where the service's files lie is for its operator, not for its callers."""

import re

# An absolute path as it stands in a message: up to white space, quotes, or punctuation that ends it.
_ABSOLUTE = re.compile(
    r"(?<![\w.…/\\:-])(?:/|[A-Za-z]:[\\/])(?:[^\s'\"`,;()<>|]*[/\\])?([^\s'\"`,;()<>|/\\]*)"
)


def without_paths(message: str) -> str:
    """The message with each absolute path cut to its last part: `/srv/yibao/index` becomes `…/index`."""
    return _ABSOLUTE.sub(lambda found: "…/" + found[1], message)
