"""The routes of water years, savings and approvals between leagues: bodies, and whom they serve."""

from typing import Any

DOCUMENT = {"document": "内环发〔2026〕1号"}
YEAR = "2026"


def make() -> dict[str, str]:
    """Name what stands in the paths of these routes."""
    return {"year": YEAR}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    last = {"expires_on": None, **DOCUMENT}
    both = {"giver_id": things["participant_id"], "taker_id": "p999"}
    overuse = {"ledger": "water", "place": "150800", "quantity": "1"}
    saving = {"asset": "PLANNED", "place": "", "district": "河套灌区", "potential": "3"}
    return {
        "POST /v1/water/years/{year}/ratio": {"asset": "WR-YR", "ratio": "0.5", **last},
        "POST /v1/water/years/{year}/overuse": overuse | last,
        "POST /v1/water/savings": saving | last,
        "POST /v1/cross-region-approvals": {"asset": "CEA24", **both, "quantity": "1", **last},
    }


REGULATOR = {"regulator"}


def table(everybody: set[str], public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    return {
        "GET /v1/water/shares": public,
        "GET /v1/water/overuse": public,
        "GET /v1/water/savings": public,
        "GET /v1/cross-region-approvals": everybody,
        "POST /v1/water/years/{year}/ratio": REGULATOR,
        "POST /v1/water/years/{year}/overuse": REGULATOR,
        "POST /v1/water/savings": REGULATOR,
        "POST /v1/cross-region-approvals": REGULATOR,
    }
