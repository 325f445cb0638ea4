"""One sandbox for the folder, and a client for each of its members."""

import pytest

import steppe
from tests.support.server import running_sandbox


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def clients(sandbox):
    known = {}

    def client(name):
        if name not in known:
            key = sandbox.credentials[name]
            secret = steppe.ClientSecret(key["client_id"], key["client_secret"])
            known[name] = steppe.Client(sandbox.address, credentials=secret, timeout_s=60)
        return known[name]

    yield client
    for opened in known.values():
        opened.close()
