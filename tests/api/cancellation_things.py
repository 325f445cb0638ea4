"""What cancellations need in the tables of routes: things, bodies, and whom each route serves."""

from collections.abc import Callable
from typing import Any

import httpx2

from tests.api.acting import Post
from tests.support.server import Sandbox

OWNER = "baotou-steel"
PATH = "/v1/cancellations"


def second_person(sandbox: Sandbox, post: Post, name: str) -> Callable[[dict[str, Any]], None]:
    """Give a member another operator; return what approves a request by its hand."""
    member = sandbox.participant(name)
    person = {"name": "复核", "scopes": ["view", "approve"], "ledgers": []}
    operator = post(sandbox, name, f"/v1/participants/{member}/operators", person)
    secret = {"operator_id": operator["operator_id"], "secret": True}
    made = post(sandbox, name, "/v1/keys", secret)
    form = {
        "grant_type": "client_credentials",
        "client_id": made["key_id"],
        "client_secret": made["client_secret"],
    }

    def approve(asked: dict[str, Any]) -> None:
        token = httpx2.post(f"{sandbox.address}/oauth/token", data=form, timeout=60).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        headers["Idempotency-Key"] = f"second-{asked['approval_id']}"
        answer = httpx2.post(
            f"{sandbox.address}/v1/approvals/{asked['approval_id']}:approve",
            json={"command_hash": asked["command_hash"]},
            headers=headers,
            timeout=60,
        )
        assert answer.is_success, answer.text

    return approve


def make(sandbox: Sandbox, post: Post) -> dict[str, str]:
    """Have the owner cancel a unit of a lot."""
    with sandbox.client(OWNER) as client:
        lots = client.get("/v1/lots", params={"ledger": "carbon"}).json()["items"]
    lot_id = next(one["lot_id"] for one in lots if one["asset"] == "CEA23")
    approve = second_person(sandbox, post, OWNER)
    approve(post(sandbox, OWNER, PATH, _body(lot_id)))
    return {"cancellation_id": "carbon.w1", "cancelled_lot_id": lot_id}


def _body(lot_id: str) -> dict[str, Any]:
    return {"lot_id": lot_id, "quantity": "1", "beneficiary": "包头钢铁", "purpose": "自愿注销"}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    return {f"POST {PATH}": _body(things["cancelled_lot_id"]) | {"expires_on": None}}


def table(public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    return {
        f"GET {PATH}": public,
        f"GET {PATH}/{{cancellation_id}}": public,
        f"POST {PATH}": {OWNER, "baotou-power"},
    }
