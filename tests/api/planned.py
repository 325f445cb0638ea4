"""A control total, a plan under it and a request for approval in a running sandbox, and bodies."""

from typing import Any

import httpx2

from tests.api import after_issue_things, desk_things
from tests.api.acting import Post, agreed
from tests.support.server import Sandbox

DOCUMENT = {"document": "内环发〔2026〕1号"}
ASSET = "PLANNED"
OWNER = "baotou-steel"


def make(sandbox: Sandbox, post: Post, participant_id: str) -> dict[str, str]:
    """Track an asset, publish a plan of it, and have the second regulator ask for more."""
    titles = {"title_zh": "试", "title_en": "Test", "vintage": "2026", "region": "", "basin": ""}
    asset = {"ledger": "carbon", "code": ASSET, "kind": "CEA", "unit": "t", "scale": 0}
    post(sandbox, "regulator", "/v1/assets", asset | titles)
    total = {"asset": ASSET, "place": "", "quantity": "600", **DOCUMENT}
    agreed(sandbox, post, "/v1/control-totals", total)
    plan = {"asset": ASSET, "method": "fixed", "vintage": "2026", **DOCUMENT}
    plan_id = post(sandbox, "regulator", "/v1/allocation-plans", plan)["plan_id"]
    rows = {"rows": [row(participant_id)]}
    headers = sandbox.bearer("regulator") | {"If-Match": '"v1"'}
    url = f"{sandbox.address}/v1/allocation-plans/{plan_id}/rows"
    assert httpx2.put(url, json=rows, headers=headers, timeout=60).is_success
    deadline = {"objections_until": "2026-04-01", **DOCUMENT}
    post(sandbox, "regulator", f"/v1/allocation-plans/{plan_id}:publish", deadline)
    aside = {"asset": ASSET, "place": "", "pot": "new_entrant", "quantity": "9", **DOCUMENT}
    agreed(sandbox, post, "/v1/control-totals:set-aside", aside)
    objection = {"entity": "unit-1", "text": "产量有误"}
    filed = post(sandbox, OWNER, f"/v1/allocation-plans/{plan_id}/objections", objection)
    change = {"asset": ASSET, "place": "", "change": "1", **DOCUMENT}
    waiting = post(sandbox, "regulator-2", "/v1/control-totals:adjust", change)
    return {
        "plan_id": plan_id,
        "objection_id": filed["objection_id"],
        "approval_id": waiting["approval_id"],
        "command_hash": waiting["command_hash"],
        **desk_things.make(sandbox, plan_id, "planned-import"),
        **after_issue_things.THINGS,
    }


def row(participant_id: str) -> dict[str, str]:
    return {"entity": "unit-1", "participant_id": participant_id, "quantity": "1"}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    plan = {
        "asset": ASSET,
        "method": "fixed",
        "vintage": "2026",
        "region": "150200",
        "basin": "",
        "valid_from": None,
        "valid_to": "2027-12-31",
        "pot": "new_entrant",
        "activity_year": None,
        "rules_on": "2026-03-01",
        "use": "own_use",
        "series": None,
        "phase": None,
        **DOCUMENT,
    }
    last = {"expires_on": None, **DOCUMENT}
    aside = {"asset": ASSET, "place": "", "pot": "new_entrant", **last}
    path = "/v1/allocation-plans"
    return {
        "POST /v1/approvals/{approval_id}:approve": {"command_hash": things["command_hash"]},
        "POST /v1/approvals/{approval_id}:reject": {"grounds": "试"},
        "POST /v1/control-totals": {"asset": ASSET, "place": "150000", "quantity": "1", **last},
        "POST /v1/control-totals:adjust": {"asset": ASSET, "place": "", "change": "-1", **last},
        "POST /v1/control-totals:set-aside": aside | {"quantity": "-1"},
        "POST /v1/control-totals:cancel": {"asset": ASSET, "place": "", "quantity": "1", **last},
        f"POST {path}": plan,
        f"PUT {path}/{{plan_id}}/rows": {"rows": [row(things["participant_id"])]},
        f"POST {path}/{{plan_id}}:publish": {"objections_until": "2026-04-02", **DOCUMENT},
        f"POST {path}/{{plan_id}}:issue": last,
        f"POST {path}/{{plan_id}}/objections": {"entity": "unit-1", "text": "试"},
        "POST /v1/objections/{objection_id}:decide": {
            "outcome": "upheld",
            "text": "试",
            **DOCUMENT,
        },
        **after_issue_things.bodies(things, ASSET),
    }


REGULATOR = {"regulator"}


def table(everybody: set[str], readers: set[str], public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    path = "/v1/allocation-plans"
    return {
        "GET /v1/control-totals": public,
        "GET /v1/approvals": everybody,
        "GET /v1/approvals/{approval_id}": readers,
        "GET /v1/approvals/{approval_id}/content": readers,
        f"GET {path}": everybody,
        f"GET {path}/{{plan_id}}": everybody,
        f"GET {path}/{{plan_id}}/rows": REGULATOR,
        f"GET {path}/{{plan_id}}/entries": everybody,
        "GET /v1/objections": everybody,
        "GET /v1/objections/{objection_id}": readers | {OWNER},
        "POST /v1/objections/{objection_id}:decide": REGULATOR,
        "POST /v1/control-totals": REGULATOR,
        "POST /v1/control-totals:adjust": REGULATOR,
        "POST /v1/control-totals:set-aside": REGULATOR,
        "POST /v1/control-totals:cancel": REGULATOR,
        f"POST {path}": REGULATOR,
        f"PUT {path}/{{plan_id}}/rows": REGULATOR,
        f"POST {path}/{{plan_id}}:publish": REGULATOR,
        f"POST {path}/{{plan_id}}:issue": REGULATOR,
        "POST /v1/approvals/{approval_id}:approve": REGULATOR,
        "POST /v1/approvals/{approval_id}:reject": REGULATOR,
        "POST /v1/approvals/{approval_id}:withdraw": REGULATOR,
        **desk_things.table(readers, OWNER),
        **after_issue_things.table(everybody),
    }
