"""A real PostgreSQL for the folder: databases of the newest schema, and one without any."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.storage.embedded import EmbeddedPostgres
from tests.support.postgres import database, postgres

__all__ = ["database", "postgres"]


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    """The address of an empty database on a server of its own; who migrates it takes it back."""
    folder = Path(tempfile.mkdtemp(prefix="steppe-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "state")
    yield server.start()
    server.stop()
    shutil.rmtree(folder)
