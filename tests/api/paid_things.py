"""What paid use needs in the tables of routes: things, bodies, and whom each route serves."""

from typing import Any

from tests.api.acting import Post, agreed
from tests.api.planned import ASSET
from tests.support.server import Sandbox

DOCUMENT = {"document": "内环发〔2026〕1号"}
OWNER = "baotou-steel"
REGULATOR = {"regulator"}
FEES, CONTRACTS = "/v1/fee-schedules", "/v1/paid-use-contracts"
PRICE = {"ledger": "carbon", "kind": "CEA", "price": "500", "valid_from": "2026-03-02", **DOCUMENT}


def make(sandbox: Sandbox, post: Post, participant_id: str) -> dict[str, str]:
    """Price the asset that has a total, and have the owner accept a contract of it."""
    agreed(sandbox, post, FEES, {**PRICE, "place": ""})
    offer = _offer(participant_id)
    agreed(sandbox, post, CONTRACTS, offer)
    path = f"{CONTRACTS}/carbon.k1:accept"
    accepted = post(sandbox, OWNER, path, {"first_instalment": "2000.00", "parts": 4})
    return {
        "schedule_id": "carbon.c1",
        "contract_id": accepted["contract_id"],
        "invoice_id": accepted["invoices"][0]["invoice_id"],
    }


def _offer(participant_id: str) -> dict[str, Any]:
    terms = {"quantity": "2", "years": 5, "accept_until": "2026-06-30", "pot": None}
    return {"participant_id": participant_id, "asset": ASSET, **terms, **DOCUMENT}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    last = {"expires_on": None, **DOCUMENT}
    return {
        f"POST {FEES}": {**PRICE, "place": "150200", "valid_to": "2027-12-31", **last},
        f"POST {FEES}/{{schedule_id}}:end": {"last_day": "2030-12-31", **last},
        f"POST {CONTRACTS}": _offer(things["participant_id"]) | last,
        f"POST {CONTRACTS}/{{contract_id}}:accept": {"first_instalment": "2000.00", "parts": 4},
        f"POST {CONTRACTS}/{{contract_id}}:recall": last,
        f"POST {CONTRACTS}/{{contract_id}}:refund": {"quantity": "1", **last},
    }


def table(everybody: set[str], readers: set[str], public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    return {
        f"GET {FEES}": public,
        f"POST {FEES}": REGULATOR,
        f"POST {FEES}/{{schedule_id}}:end": REGULATOR,
        f"GET {CONTRACTS}": everybody,
        f"GET {CONTRACTS}/{{contract_id}}": readers | {OWNER},
        f"POST {CONTRACTS}": REGULATOR,
        f"POST {CONTRACTS}/{{contract_id}}:accept": {OWNER},
        f"POST {CONTRACTS}/{{contract_id}}:recall": REGULATOR,
        f"POST {CONTRACTS}/{{contract_id}}:refund": REGULATOR,
        "GET /v1/invoices": everybody,
        "GET /v1/invoices/{invoice_id}": readers | {OWNER},
        "POST /v1/invoices/{invoice_id}:pay": {OWNER},
    }
