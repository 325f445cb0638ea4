"""A reserve of the government in a running sandbox, an offer of it, and bodies for its routes."""

from typing import Any

from tests.api.acting import Post
from tests.support.server import Sandbox

DOCUMENT = {"document": "内环发〔2026〕1号"}
ASSET = "SO2-150200"


def make(sandbox: Sandbox, post: Post) -> dict[str, str]:
    """Give a reserve some units and have it offer one of them."""
    member = {"name_zh": "储备", "role": "enterprise", "region": "150200"}
    reserve_id = post(sandbox, "operator", "/v1/participants", member)["participant_id"]
    facts = {"account_type": "gov_reserve", "region": "150200", "basin": "", "sector": ""}
    admission = {"ledger": "emission", "group": None, **facts, **DOCUMENT}
    post(sandbox, "operator", f"/v1/participants/{reserve_id}/admissions", admission)
    units = {"participant_id": reserve_id, "quantity": "9", "vintage": "2026", "region": ""}
    terms = {"basin": "", "valid_from": None, "valid_to": None, "tradable_from": None}
    body = units | terms | {"source": "试"}
    post(sandbox, "regulator", f"/v1/assets/{ASSET}/issuances", body)
    body = _offer(reserve_id)
    offer_id = post(sandbox, "regulator", "/v1/reserve-offers:small", body)["offer_id"]
    return {"reserve_id": reserve_id, "offer_id": offer_id}


def _offer(reserve_id: str) -> dict[str, Any]:
    terms = {"asset": ASSET, "reserve_id": reserve_id, "quantity": "1", "price": "2500"}
    return {**terms, "opens_on": None, "closes_on": "2027-03-01", **DOCUMENT}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    offer = _offer(things["reserve_id"])
    last = {"expires_on": None}
    units = {"asset": ASSET, "reserve_id": things["reserve_id"], "quantity": "1", **DOCUMENT}
    retained = {"asset": "PLANNED", "place": "", "valid_to": None}
    taken = {"holder_id": things["participant_id"], "ground": "closed"}
    party = {"party_id": things["participant_id"]}
    return {
        "POST /v1/reserves:retain": units | last | retained,
        "POST /v1/reserves:take-in": units | last | taken,
        "POST /v1/reserves:buy-back": offer | last | party,
        "POST /v1/reserve-offers": offer | last | {"party_id": None},
        "POST /v1/reserve-offers:small": offer,
        "POST /v1/reserve-offers/{offer_id}:accept": {"quantity": "1"},
        "POST /v1/reserve-offers/{offer_id}:withdraw": DOCUMENT,
    }


REGULATOR = {"regulator"}


def table(everybody: set[str], traders: set[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    return {
        "GET /v1/reserves": everybody,
        "GET /v1/reserve-movements": everybody,
        "GET /v1/reserve-offers": everybody,
        "GET /v1/reserve-offers/{offer_id}": everybody,
        "POST /v1/reserves:retain": REGULATOR,
        "POST /v1/reserves:take-in": REGULATOR,
        "POST /v1/reserves:buy-back": REGULATOR,
        "POST /v1/reserve-offers": REGULATOR,
        "POST /v1/reserve-offers:small": REGULATOR,
        "POST /v1/reserve-offers/{offer_id}:accept": traders,
        "POST /v1/reserve-offers/{offer_id}:withdraw": REGULATOR,
    }
