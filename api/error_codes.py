"""The stable names of errors, for programs that read JSON."""

import re

from ingest.errors import YibaoError


def code_of(error: YibaoError) -> str:
    """The name of an error's class in lower case: BadInputError is "bad_input"; "failed" for the base class."""
    if type(error) is YibaoError:
        return "failed"
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
