"""A permit and a lock in a running sandbox, and bodies for the routes about such."""

from typing import Any

from tests.api.acting import Post, agreed
from tests.api.planned import DOCUMENT, OWNER, REGULATOR
from tests.support.server import Sandbox

LAST = {"expires_on": None, **DOCUMENT}


def make(sandbox: Sandbox, post: Post, participant_id: str, account_id: str) -> dict[str, str]:
    """Record a permit of the owner, and lock a unit of the first lot that it holds."""
    with sandbox.client("regulator") as client:
        lots = client.get("/v1/lots", params={"participant_id": participant_id}).json()["items"]
        lot_id = next(one["lot_id"] for one in lots if one["account_id"] == account_id)
    things = {"participant_id": participant_id, "account_id": account_id, "lot_id": lot_id}
    for path in ("/v1/permits", "/v1/locks"):
        agreed(sandbox, post, path, bodies(things | NAMES)[f"POST {path}"])
    return {"lot_id": lot_id, **NAMES}


NAMES = {"permit_id": "carbon.m1", "lock_id": "carbon.h1"}


def terms() -> dict[str, Any]:
    return {
        "quantities": [{"kind": "CEA", "quantity": "100.5"}],
        "valid_from": "2026-01-01",
        "valid_to": None,
        "new_project": True,
        "non_attainment": False,
        "substitution": [{"kind": "CEA", "quantity": "100.5", "source": "关停"}],
        **LAST,
    }


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    permit = {
        "ledger": "carbon",
        "number": "91150200-1",
        "participant_id": things["participant_id"],
    }
    lock = {
        "account_id": things["account_id"],
        "lot_id": things["lot_id"],
        "quantity": "1",
        "kind": "own_use",
        "ground": "自用",
    }
    renewal = {"account_id": things["account_id"], "quantity": "1", "valid_to": None}
    quantities = [{"kind": "CEA", "quantity": "1"}]
    return {
        "POST /v1/permits": permit | terms(),
        "POST /v1/permits/{permit_id}:update": terms(),
        "POST /v1/permits/{permit_id}:request-renewal": {"quantities": quantities},
        "POST /v1/permits/{permit_id}:decide-renewal": {
            "outcome": "granted",
            "quantities": quantities,
            "valid_to": None,
            **LAST,
        },
        "POST /v1/locks": lock | LAST,
        "POST /v1/locks/{lock_id}:release": {"ground": "到期", **LAST},
        "POST /v1/lots/{lot_id}:renew": renewal | LAST,
    }


def table(everybody: set[str], readers: set[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    path = "/v1/permits/{permit_id}"
    return {
        "GET /v1/permits": everybody,
        f"GET {path}": readers | {OWNER},
        "GET /v1/permit-tasks": everybody,
        "GET /v1/usable-rights": everybody,
        "GET /v1/locks": everybody,
        "POST /v1/permits": REGULATOR,
        f"POST {path}:update": REGULATOR,
        f"POST {path}:decide-renewal": REGULATOR,
        "POST /v1/locks": REGULATOR,
        "POST /v1/locks/{lock_id}:release": REGULATOR,
        "POST /v1/lots/{lot_id}:renew": REGULATOR,
    }
