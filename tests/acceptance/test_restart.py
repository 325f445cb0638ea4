"""What was answered outlives the process, however it ends."""

import signal

import httpx2
import pytest

import steppe
from tests.support.server import start, stop

ORDER = {
    "client_order_id": "kept",
    "instrument": "CEA24",
    "side": "buy",
    "quantity": "100",
    "price": "98.00",
}


def member(sandbox, name="baotou-steel"):
    key = sandbox.credentials[name]
    return steppe.Client(
        sandbox.address, credentials=steppe.ClientSecret(key["client_id"], key["client_secret"])
    )


@pytest.mark.parametrize("ending", ["killed", "stopped"])
def test_an_answered_order_is_there_after_the_server_was(ending, tmp_path):
    first = start(tmp_path / "state")
    with member(first) as client:
        placed = client.place_order(**ORDER)
    if ending == "killed":
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        first.process.stdout.close()
    else:
        assert stop(first.process) == 0

    second = start(tmp_path / "state")
    try:
        assert second.credentials == first.credentials
        with member(second) as client:
            assert client.order_by_client_id("carbon", "kept").order_id == placed.order_id
            repeated = client.place_order(**ORDER)
            assert (repeated.order_id, repeated.sequence) == (placed.order_id, placed.sequence)
            with pytest.raises(steppe.Conflict):
                client.place_order(**ORDER | {"quantity": "200"})
            assert client.time().ledgers[0].session == "open"
            (order,) = client.orders(status="open").items
            assert order.leaves == 100
    finally:
        assert stop(second.process) == 0


def test_a_repeat_says_that_it_is_one(sandbox):
    key = sandbox.credentials["baotou-steel"]
    form = {"grant_type": "client_credentials", "client_id": key["client_id"]}
    form["client_secret"] = key["client_secret"]
    with httpx2.Client(base_url=sandbox.address) as http:
        token = http.post("/oauth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        body = ORDER | {"client_order_id": "twice"}
        first = http.post("/v1/orders", json=body, headers=headers)
        second = http.post("/v1/orders", json=body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert first.json() == second.json()
