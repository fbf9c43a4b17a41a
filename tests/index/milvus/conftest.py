"""A server of milvus-lite for these tests, and an index of its own for each."""

import itertools

import pytest
from lite_server import LiteServer

from index.milvus.connection import Connection
from index.milvus.location import MilvusLocation

_names = itertools.count()


@pytest.fixture(scope="session")
def lite(tmp_path_factory):
    server = LiteServer(tmp_path_factory.mktemp("milvus")).start()
    yield server
    server.kill()


@pytest.fixture
def location(lite):
    return MilvusLocation(lite.uri, name=f"index_{next(_names)}")


@pytest.fixture
def connection(location):
    opened = Connection.open(location)
    yield opened
    opened.close()
