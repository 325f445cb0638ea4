"""What the desk of plans needs in the tables of routes: things, bodies, and whom each serves."""

from typing import Any

import httpx2

from tests.support.server import Sandbox

CSV = b"entity,participant,quantity\n"
PLANS = "/v1/allocation-plans"
REGULATOR = {"regulator"}


def make(sandbox: Sandbox, plan_id: str, key: str) -> dict[str, str]:
    """Have a file of no rows read in for a plan, which fails and changes nothing.

    The plan is not issued, so there is no certificate for anybody.
    """
    headers = sandbox.bearer("regulator", key) | {"If-Match": '"v2"', "Content-Type": "text/csv"}
    url = f"{sandbox.address}{PLANS}/{plan_id}/imports"
    answer = httpx2.post(url, content=CSV, headers=headers, timeout=60)
    assert answer.status_code == 202, answer.text
    return {
        "import_id": answer.json()["import_id"],
        "entity": "unit-1",
        "certificate_hash": "0" * 64,
    }


def table(readers: set[str], owner: str) -> dict[str, Any]:
    """Whom each route serves."""
    return {
        f"POST {PLANS}/{{plan_id}}/imports": REGULATOR,
        f"GET {PLANS}/{{plan_id}}/imports": REGULATOR,
        f"GET {PLANS}/{{plan_id}}/imports/{{import_id}}": REGULATOR,
        f"POST {PLANS}/{{plan_id}}:calculate": REGULATOR,
        f"GET {PLANS}/{{plan_id}}/calculations/{{entity}}": readers | {owner},
        f"GET {PLANS}/{{plan_id}}/entries/{{entity}}/certificate": set(),
        "GET /v1/certificates/{certificate_hash}": set(),
    }
