"""Things of two members in a running sandbox, and a body for each route that acts on them."""

import itertools
from typing import Any

import httpx2

from tests.support.server import Sandbox

OWNER, OTHER = "baotou-steel", "baotou-power"
KEYS = itertools.count(1)
DOCUMENT = {"document": "内环发〔2026〕1号"}


def key() -> str:
    return f"things-{next(KEYS)}"


def post(sandbox: Sandbox, name: str, path: str, body: Any = None) -> dict[str, Any]:
    """Act as a member, which must succeed."""
    headers = sandbox.bearer(name, key())
    answer = httpx2.post(f"{sandbox.address}{path}", json=body, headers=headers, timeout=60)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def account(sandbox: Sandbox, name: str, asset: str) -> str:
    with sandbox.client(name) as client:
        query = {"ledger": "carbon", "asset": asset}
        (found,) = client.get("/v1/accounts", params=query).json()["items"]
    return str(found["account_id"])


def order(name: str, **changes: str) -> dict[str, str]:
    return {
        "client_order_id": name,
        "instrument": "CEA24",
        "side": "buy",
        "quantity": "10",
        "price": "90.00",
    } | changes


def make(sandbox: Sandbox) -> dict[str, str]:
    """Give the owner an open order, a trade, a pending transfer, a frozen part and a key."""
    mine, theirs = account(sandbox, OWNER, "CEA24"), account(sandbox, OTHER, "CEA24")
    participant = sandbox.participant(OWNER)
    with sandbox.client(OWNER) as client:
        operators = client.get(f"/v1/participants/{participant}/operators").json()["items"]
    placed = post(sandbox, OWNER, "/v1/orders", order("things.open"))
    post(sandbox, OWNER, "/v1/orders", order("things.sold", side="sell", price="91.00"))
    post(sandbox, OTHER, "/v1/orders", order("things.bought", price="91.00"))
    leg = {"debit_account_id": mine, "credit_account_id": theirs, "quantity": "1"}
    chain = {"ledger": "carbon", "legs": [leg], "mode": "pending", "reference": "试"}
    frozen = {"quantity": "1", **DOCUMENT}
    secret = {"operator_id": operators[0]["operator_id"], "secret": True}
    return {
        "participant_id": participant,
        "operator_id": operators[0]["operator_id"],
        "order_id": placed["order_id"],
        "client_order_id": "things.open",
        "ledger": "carbon",
        "account_id": mine,
        "other_account_id": theirs,
        "chain_id": post(sandbox, OWNER, "/v1/transfers", chain)["chain_id"],
        "freeze_id": post(sandbox, "regulator", f"/v1/accounts/{mine}:freeze", frozen)["freeze_id"],
        "key_id": post(sandbox, OWNER, "/v1/keys", secret)["key_id"],
        "code": "CEA24",
    }


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route that takes one, as `METHOD path`."""
    region = {"region": "150200"}
    titles = {"title_zh": "试", "title_en": "Test"}
    leg = {
        "debit_account_id": things["account_id"],
        "credit_account_id": things["other_account_id"],
        "quantity": "1",
        "lot_id": None,
    }
    rule = {
        "id": "carbon.trading.band",
        "version": 99,
        "kind": "ratio",
        "value": ["0.1"],
        "unit": "",
        "valid_from": "2027-01-01",
        "valid_to": None,
        **titles,
        "source": "试",
        "evidence": "design",
    }
    participant = "/v1/participants/{participant_id}"
    operator = {"name": "丙", "scopes": ["view"], "ledgers": ["carbon"]}
    admission = {
        "ledger": "carbon",
        "account_type": "compliance_entity",
        **region,
        "basin": "yellow_river",
        "sector": "steel",
        "group": None,
        **DOCUMENT,
    }
    asset = {"vintage": "2026", **region, "basin": ""}
    return {
        "POST /v1/orders": order("things.new"),
        "POST /v1/orders:batch": {"mode": "atomic", "orders": [order("things.batch")]},
        "POST /v1/orders/{order_id}:replace": {"price": "90.50", "quantity": "9"},
        "POST /v1/orders/{order_id}:cancel": {},
        "POST /v1/orders:cancel-all": {"ledger": "water", "instrument": None, "side": "buy"},
        "POST /v1/rules:activate": {"ledger": "carbon", "rules": [rule], **DOCUMENT},
        f"POST {participant}/operators": operator,
        f"PATCH {participant}/operators/{{operator_id}}": operator | {"status": "active"},
        "POST /v1/keys": {"operator_id": things["operator_id"], "public_key": {}, "label": "试"},
        "POST /v1/participants": {"name_zh": "丁", "role": "enterprise", **region},
        f"PATCH {participant}": {"name_zh": "丁", "name_en": "D", **region, "contact": "戊"},
        f"POST {participant}/admissions": admission,
        f"POST {participant}:freeze": {"ledger": "carbon", **DOCUMENT},
        f"POST {participant}:unfreeze": {"ledger": "carbon", **DOCUMENT},
        "POST /v1/assets": {
            "ledger": "carbon",
            "code": "THINGS",
            "kind": "CEA",
            "unit": "t",
            "scale": 0,
            **titles,
            **asset,
        },
        "POST /v1/assets/{code}:authorise": {"quantity": "-1", **DOCUMENT},
        "POST /v1/assets/{code}/issuances": {
            "participant_id": things["participant_id"],
            "quantity": "1",
            **asset,
            "valid_from": None,
            "valid_to": None,
            "tradable_from": "2026-03-09",
            "source": "试",
        },
        "POST /v1/cash/deposits": {
            "ledger": "carbon",
            "participant_id": things["participant_id"],
            "amount": "1.00",
            "reference": "试",
        },
        "POST /v1/accounts/{account_id}:freeze": {"quantity": "1", "lot_id": None, **DOCUMENT},
        "POST /v1/freezes/{freeze_id}:release": DOCUMENT,
        "POST /v1/transfers": {
            "ledger": "carbon",
            "legs": [leg],
            "mode": "posted",
            "reference": "试",
        },
        "POST /v1/instruments": {
            "code": "THINGS-1",
            "asset": "CEA24",
            "ledger": None,
            **titles,
            "reference_price": "98.00",
            "region": "",
            "basin": "",
            "sector": "",
        },
        "POST /v1/instruments/{code}:halt": DOCUMENT,
        "POST /v1/instruments/{code}:resume": DOCUMENT,
        "POST /v1/sandbox/clock:advance": {"to": None, "seconds": 0},
    }
