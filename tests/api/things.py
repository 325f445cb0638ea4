"""Things of two members in a running sandbox, and a body for each route that acts on them."""

import itertools
from typing import Any

from tests.api import (
    budgets_things,
    cancellation_things,
    compliance_things,
    paid_things,
    permit_things,
    planned,
    reserve_things,
    water_things,
)
from tests.support.server import Sandbox

OWNER, OTHER = "baotou-steel", "baotou-power"
KEYS = itertools.count(1)
DOCUMENT = {"document": "内环发〔2026〕1号"}


def key() -> str:
    return f"things-{next(KEYS)}"


def post(sandbox: Sandbox, name: str, path: str, body: Any = None) -> dict[str, Any]:
    """Act as a member, which must succeed."""
    with sandbox.client() as client:
        answer = client.post(path, json=body, headers=sandbox.bearer(name, key()))
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
        **planned.make(sandbox, post, participant),
        **reserve_things.make(sandbox, post),
        **water_things.make(),
        **permit_things.make(sandbox, post, participant, mine),
        **paid_things.make(sandbox, post, participant),
        **budgets_things.make(sandbox, post, participant),
        **compliance_things.make(sandbox, post, participant),
        **cancellation_things.make(sandbox, post),
    }


TITLES = {"title_zh": "试", "title_en": "Test"}
REGION = {"region": "150200"}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route that takes one, as `METHOD path`."""
    parts = (_trading(things), _members(things), _rights(things), _venue())
    kinds = (
        planned,
        reserve_things,
        budgets_things,
        permit_things,
        water_things,
        paid_things,
        compliance_things,
    )
    kinds += (cancellation_things,)
    return dict(
        item for part in (*parts, *(kind.bodies(things) for kind in kinds)) for item in part.items()
    )


REGION = {"region": "150200"}
TITLES = {"title_zh": "试", "title_en": "Test"}


def _trading(things: dict[str, str]) -> dict[str, Any]:
    leg = {
        "debit_account_id": things["account_id"],
        "credit_account_id": things["other_account_id"],
        "quantity": "1",
        "lot_id": None,
    }
    transfer = {"ledger": "carbon", "legs": [leg], "mode": "posted", "reference": "试"}
    return {
        "POST /v1/orders": order("things.new"),
        "POST /v1/orders:batch": {"mode": "atomic", "orders": [order("things.batch")]},
        "POST /v1/orders/{order_id}:replace": {"price": "90.50", "quantity": "9"},
        "POST /v1/orders/{order_id}:cancel": {},
        "POST /v1/orders:cancel-all": {"ledger": "water", "instrument": None, "side": "buy"},
        "POST /v1/transfers": transfer,
    }


def _members(things: dict[str, str]) -> dict[str, Any]:
    path = "/v1/participants/{participant_id}"
    operator = {"name": "丙", "scopes": ["view"], "ledgers": ["carbon"]}
    admission = {
        "ledger": "carbon",
        "account_type": "compliance_entity",
        **REGION,
        "basin": "yellow_river",
        "sector": "steel",
        "group": None,
        **DOCUMENT,
    }
    key_pair = {"operator_id": things["operator_id"], "public_key": {}, "label": "试"}
    return {
        f"POST {path}/operators": operator,
        f"PATCH {path}/operators/{{operator_id}}": operator | {"status": "active"},
        "POST /v1/keys": key_pair,
        "POST /v1/participants": {"name_zh": "丁", "role": "enterprise", **REGION},
        f"PATCH {path}": {"name_zh": "丁", "name_en": "D", **REGION, "contact": "戊"},
        f"POST {path}/admissions": admission,
        f"POST {path}:freeze": {"ledger": "carbon", **DOCUMENT},
        f"POST {path}:unfreeze": {"ledger": "carbon", **DOCUMENT},
    }


def _rights(things: dict[str, str]) -> dict[str, Any]:
    origin = {"vintage": "2026", **REGION, "basin": ""}
    asset = {"ledger": "carbon", "code": "THINGS", "kind": "CEA", "unit": "t", "scale": 0}
    issuance = {
        "participant_id": things["participant_id"],
        "quantity": "1",
        **origin,
        "valid_from": None,
        "valid_to": None,
        "tradable_from": "2026-03-09",
        "source": "试",
    }
    deposit = {
        "ledger": "carbon",
        "participant_id": things["participant_id"],
        "amount": "1.00",
        "reference": "试",
    }
    return {
        "POST /v1/assets": {**asset, **TITLES, **origin},
        "POST /v1/assets/{code}:authorise": {"quantity": "-1", **DOCUMENT},
        "POST /v1/assets/{code}/issuances": issuance,
        "POST /v1/cash/deposits": deposit,
        "POST /v1/accounts/{account_id}:freeze": {"quantity": "1", "lot_id": None, **DOCUMENT},
        "POST /v1/freezes/{freeze_id}:release": DOCUMENT,
    }


def _venue() -> dict[str, Any]:
    rule = {
        "id": "carbon.trading.band",
        "version": 99,
        "kind": "ratio",
        "value": ["0.1"],
        "unit": "",
        "valid_from": "2027-01-01",
        "valid_to": None,
        **TITLES,
        "source": "试",
        "evidence": "design",
    }
    instrument = {
        "code": "THINGS-1",
        "asset": "CEA24",
        "ledger": None,
        **TITLES,
        "reference_price": "98.00",
        "region": "",
        "basin": "",
        "sector": "",
    }
    fee = {"pollutant": "SO2", "quantity": "100", "years": "5"}
    formula = {"formula": "emission.paid_use.formula.fee", "inputs": fee, "as_of": "2026-03-02"}
    return {
        "POST /v1/formulas:evaluate": formula,
        "POST /v1/rules:activate": {"ledger": "carbon", "rules": [rule], **DOCUMENT},
        "POST /v1/instruments": instrument,
        "POST /v1/instruments/{code}:halt": DOCUMENT,
        "POST /v1/instruments/{code}:resume": DOCUMENT,
        "POST /v1/sandbox/clock:advance": {"to": None, "seconds": 0},
    }
