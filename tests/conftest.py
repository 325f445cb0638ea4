"""What all folders share: one running sandbox for those that only need some server."""

from collections.abc import Iterator

import pytest

from tests.support.server import Sandbox, running_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running
