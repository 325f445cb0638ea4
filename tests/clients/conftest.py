import pytest

from tests.clients.support import Call, Time, call_awaiting, call_blocking


@pytest.fixture(params=[call_blocking, call_awaiting], ids=["blocking", "awaiting"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call a method of a client: once of the blocking one, once of the asynchronous one."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def time() -> Time:
    return Time()
