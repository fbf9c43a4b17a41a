"""The version of the installed package."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def package_version() -> str:
    """Such as "0.1.0"; "source" where the code runs without being installed."""
    try:
        return version("yibao-search")
    except PackageNotFoundError:
        return "source"
