"""A compliance period with a report in it, in a running sandbox; bodies, and whom routes serve."""

from typing import Any

from tests.api.acting import Post, agreed
from tests.support.server import Sandbox

DOCUMENT = {"document": "内环发〔2026〕3号"}
OWNER = "baotou-steel"
PERIOD = "2025"
FILE = {"name": "煤量", "sha256": "0" * 64}
DAYS = {"first_day": "2025-01-01", "last_day": "2025-12-31"}


def make(sandbox: Sandbox, post: Post, participant_id: str) -> dict[str, str]:
    """Open a period, list the owner's entity and have it report."""
    agreed(sandbox, post, "/v1/compliance-periods", opening())
    path = f"/v1/compliance-periods/carbon.{PERIOD}/entities"
    listed = post(sandbox, "regulator", path, entities(entry("BT-001", participant_id)))
    (obligation_id,) = listed["obligation_ids"]
    report_id = post(sandbox, OWNER, "/v1/emission-reports", report(obligation_id))["report_id"]
    return {
        "period_id": f"carbon.{PERIOD}",
        "obligation_id": obligation_id,
        "report_id": report_id,
    }


def opening(code: str = PERIOD, ledger: str = "carbon", kind: str = "CEA") -> dict[str, Any]:
    deadlines = {"report_by": "2026-03-31", "surrender_by": "2026-12-31"}
    return {"ledger": ledger, "code": code, "kind": kind, **DAYS, **deadlines, **DOCUMENT}


def entry(entity: str, participant_id: str, threshold: str = "26000") -> dict[str, Any]:
    return {
        "entity": entity,
        "participant_id": participant_id,
        "threshold": threshold,
        "ground": "达到2.6万吨",
    }


def entities(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"entries": list(entries), **DOCUMENT}


def source(activity: str = "400", **changes: str) -> dict[str, str]:
    return {
        "name": "1号机组燃煤",
        "kind": "fuel",
        "activity": activity,
        "activity_unit": "t",
        "factor": "2.5",
        "factor_unit": "tCO2e/t",
    } | changes


def report(obligation_id: str, *sources: dict[str, str], **changes: Any) -> dict[str, Any]:
    sent = {"obligation_id": obligation_id, **DAYS, "sources": list(sources or (source(),))}
    return sent | {"attachments": [], "prepared_by": None} | changes


def bodies(things: dict[str, str]) -> dict[str, Any]:
    """A well-formed body for each route of this kind that takes one."""
    last = {"expires_on": None, **DOCUMENT}
    one = {"obligation_id": things["obligation_id"]}
    items = {"items": [{"lot_id": "carbon.l1", "quantity": "1"}], "expires_on": None}
    periods, reports = "/v1/compliance-periods", "/v1/emission-reports"
    return {
        f"POST {periods}": opening("P-2027") | last,
        f"POST {periods}/{{period_id}}/entities": entities(
            entry("BT-002", things["participant_id"])
        ),
        f"POST {periods}/{{period_id}}:determine": {"correct_by": "2027-03-31", **last},
        "POST /v1/obligations/{obligation_id}:estimate": {"quantity": "1", "text": "试", **last},
        f"POST {reports}": report(things["obligation_id"], attachments=[FILE]),
        f"POST {reports}/{{report_id}}:return": {"text": "试", **DOCUMENT},
        f"POST {reports}/{{report_id}}:verify": {"quantity": "1", "text": "试", **DOCUMENT},
        f"POST {reports}/{{report_id}}:object": {"text": "试"},
        "POST /v1/surrenders": one | items,
        "POST /v1/surrenders:simulate": one,
        "POST /v1/penalties": one
        | {"multiple": 5, "average_price": "98.00", "amount": "0", **last},
    }


REGULATOR = {"regulator"}
CHECKERS = {"regulator", "verifier"}


def table(everybody: set[str], readers: set[str], public: frozenset[str]) -> dict[str, Any]:
    """Whom each route of this kind serves."""
    periods, reports = "/v1/compliance-periods", "/v1/emission-reports"
    seeing = readers | {OWNER, "verifier"}
    return {
        f"GET {periods}": public,
        f"GET {periods}/{{period_id}}": public,
        "GET /v1/disclosures/{period_id}": public,
        f"POST {periods}": REGULATOR,
        f"POST {periods}/{{period_id}}/entities": REGULATOR,
        f"POST {periods}/{{period_id}}:determine": REGULATOR,
        "GET /v1/obligations": everybody,
        "GET /v1/obligations/{obligation_id}": seeing,
        "POST /v1/obligations/{obligation_id}:estimate": REGULATOR,
        f"GET {reports}": everybody,
        f"GET {reports}/{{report_id}}": seeing,
        f"POST {reports}": {OWNER},
        f"POST {reports}/{{report_id}}:return": CHECKERS,
        f"POST {reports}/{{report_id}}:verify": CHECKERS,
        f"POST {reports}/{{report_id}}:object": {OWNER},
        "GET /v1/surrenders": everybody,
        "POST /v1/surrenders": {OWNER},
        "POST /v1/surrenders:simulate": readers | {OWNER},
        "GET /v1/penalties": everybody,
        "POST /v1/penalties": REGULATOR,
    }
