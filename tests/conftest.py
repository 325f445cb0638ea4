"""What all folders share: one running sandbox for those that only need some server.

`HYPOTHESIS_PROFILE=campaign` has property tests that follow the profile search for minutes.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.server import Sandbox, running_sandbox

settings.register_profile("campaign", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running
