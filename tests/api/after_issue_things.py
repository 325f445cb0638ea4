"""What follows an issue in the tables of routes: bodies, and whom each route serves."""

from typing import Any

PLANS = "/v1/allocation-plans"
DOCUMENT = {"document": "内环发〔2026〕1号", "expires_on": None}
REGULATOR = {"regulator"}
THINGS = {"claim_id": "carbon.d1"}
"""There is no claim yet, so nobody is served by settling it."""


def bodies(things: dict[str, str], asset: str) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    whose = {"participant_id": things["participant_id"], "entity": "unit-1", "asset": asset}
    cut = {"reach": "kind", "quantity": "1", "ratio": None, "ground": "shortfall"}
    gap = {"due": "100", "allocated": "80", "quantity": "1", "vintage": "2026"}
    closed = {"plan_id": things["plan_id"], "entity": "unit-1", "pot": "adjustment"}
    return {
        f"POST {PLANS}/{{plan_id}}:true-up": DOCUMENT,
        "POST /v1/deductions": whose | cut | DOCUMENT,
        "POST /v1/borrowings": whose | gap | DOCUMENT,
        "POST /v1/closures": closed | {"closed_on": "2026-03-01", "months_run": 2} | DOCUMENT,
    }


def table(everybody: set[str]) -> dict[str, Any]:
    """Whom each route serves."""
    return {
        f"GET {PLANS}/{{plan_id}}/true-up-entries": everybody,
        f"POST {PLANS}/{{plan_id}}:true-up": REGULATOR,
        "GET /v1/claims": everybody,
        "POST /v1/claims/{claim_id}:settle": set(),
        "GET /v1/deductions": everybody,
        "POST /v1/deductions": REGULATOR,
        "GET /v1/borrowings": everybody,
        "POST /v1/borrowings": REGULATOR,
        "GET /v1/closures": everybody,
        "POST /v1/closures": REGULATOR,
    }
