"""What the tests of the running API share."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.things import make
from tests.support.server import Sandbox


@pytest.fixture(scope="session")
def anonymous(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    with sandbox.client() as client:
        yield client


@pytest.fixture(scope="session")
def document(anonymous: httpx2.Client) -> dict[str, Any]:
    found: dict[str, Any] = anonymous.get("/openapi.json").json()
    return found


@pytest.fixture(scope="session")
def codes(anonymous: httpx2.Client) -> dict[str, int]:
    """Every stable code with its status."""
    items = anonymous.get("/v1/problems").json()["items"]
    return {item["code"]: item["status"] for item in items}


@pytest.fixture(scope="session")
def things(sandbox: Sandbox) -> dict[str, str]:
    """What the owner has; nobody but the tests here may change it."""
    return make(sandbox)
