"""A project under a budget and a target of a place in a running sandbox, and bodies."""

from typing import Any

from tests.api.acting import Post, agreed
from tests.api.planned import ASSET, DOCUMENT, OWNER, REGULATOR
from tests.support.server import Sandbox


def project(participant_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "participant_id": participant_id,
        "asset": ASSET,
        "place": "",
        "code": "LINE-1",
        "energy": "10",
        "new": True,
        **DOCUMENT,
        **changes,
    }


def indicator(**changes: Any) -> dict[str, Any]:
    return {
        "ledger": "carbon",
        "kind": "CEA",
        "place": "150900",
        "name": "total",
        "period": "2026",
        "binding": False,
        "target": "100",
        "value": "99.5",
        "unit": "t",
        "data_source": "统计局",
        **DOCUMENT,
        **changes,
    }


def make(sandbox: Sandbox, post: Post, participant_id: str) -> dict[str, str]:
    agreed(sandbox, post, "/v1/projects", project(participant_id))
    agreed(sandbox, post, "/v1/indicators", indicator())
    with sandbox.client(OWNER) as client:
        (found,) = client.get("/v1/projects").json()["items"]
    return {"project_id": found["project_id"]}


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    last = {"expires_on": None, **DOCUMENT}
    parts = {"renewable": "1", "feedstock": "1"}
    path = "/v1/projects"
    registered = project(things["participant_id"], code="LINE-2", intensity="1.2000", **parts)
    return {
        f"POST {path}": registered | {"inputs": {}, "pot": None, "expires_on": None},
        f"POST {path}/{{project_id}}:adjust": {"change": "-1", "pot": None, **last},
        f"POST {path}/{{project_id}}:use": {"energy": "3", **parts, **last},
        f"POST {path}/{{project_id}}:prioritise": {"listed": True, **last},
        f"POST {path}/{{project_id}}:close": last,
        f"POST {path}/{{project_id}}:cover": {"quantity": "1"},
        "POST /v1/indicators": indicator(expires_on=None),
    }


def table(everybody: set[str], readers: set[str], public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    path = "/v1/projects"
    acts = ("adjust", "use", "prioritise", "close")
    return {
        "GET /v1/indicators": public,
        "GET /v1/priority-projects": public,
        f"GET {path}": everybody,
        f"GET {path}/{{project_id}}": readers | {OWNER},
        f"GET {path}/{{project_id}}/entries": readers | {OWNER},
        "POST /v1/indicators": REGULATOR,
        f"POST {path}": REGULATOR,
        **{f"POST {path}/{{project_id}}:{act}": REGULATOR for act in acts},
        f"POST {path}/{{project_id}}:cover": {OWNER},
        f"POST {path}/{{project_id}}:start": {OWNER},
    }
