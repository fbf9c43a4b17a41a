"""Fixtures: the small corpus, its index, and the service on a free port."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_corpus import ARTICLES, build_index, serving

from api.settings import Settings


@pytest.fixture(scope="session")
def corpus_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two of the articles, to which a test can add others."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in list(ARTICLES)[:2]:
        (folder / name).write_text(ARTICLES[name], encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def index_dir(corpus_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index(corpus_dir, folder)
    return folder


@pytest.fixture(scope="session")
def service(index_dir: Path) -> Iterator[str]:
    with serving(Settings(index=index_dir)) as address:
        yield address


@pytest.fixture(scope="session")
def client(service: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service, timeout=20) as session:
        yield session
