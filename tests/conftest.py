"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's shared folder beside the checkout: real articles, pages and labelled questions."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the team's ../shared folder is not beside this checkout")
    return folder
