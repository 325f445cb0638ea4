"""Markets with totals, plans, requests and objections, and short ways to say their commands."""

import hashlib

from exchange.core.allocation.commands import DecideObjection, FileObjection, PublishPlan
from exchange.core.allocation.content import content_hash, encode_content
from exchange.core.approvals.commands import (
    ApproveRequest,
    RequestApproval,
)
from exchange.core.commands import AdmitParticipant, IssueUnits
from exchange.core.outcomes import encode_command
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.totals.commands import (
    AdjustControlTotal,
    CancelTotal,
    SetAside,
    SetControlTotal,
)
from exchange.core.types import AccountType
from tests.support.builders import Market, issuing, plan, rule

BAOTOU, ORDOS, REGION = "150200", "150600", "150000"
GROUNDS = hashlib.sha256(b"grounds").digest()
OBJECTION = FileObjection(1, 1, "a", GROUNDS)
DECISION = DecideObjection(1, True, GROUNDS, "decision")
PLAN = plan(("a", 1, 400), ("b", 2, 300))
DAY = 20_514  # 2026-03-02


def ledger() -> Market:
    """Asset 1 without a total; 1 of Baotou, 2 of Ordos, 3 of elsewhere, 4 the operator."""
    built = Market()
    built.define()
    for participant_id, region in ((1, BAOTOU), (2, ORDOS), (3, "310000"), (5, "150221")):
        built.admit(participant_id, region=region)
    built.admit(4, AccountType.OPERATOR, region=BAOTOU)
    return built


def tracked() -> Market:
    """The region may hand out 1,000 of asset 1; Baotou has 600 of it, Ordos 300."""
    built = ledger()
    built.total(1_000, REGION)
    built.total(600, BAOTOU)
    built.total(300, ORDOS)
    return built


def asked() -> Market:
    """Request 4: that Baotou gets 100 more, asked by operator 1."""
    built = tracked()
    built.ask(AdjustControlTotal(1, BAOTOU, 100, "more"))
    return built


def published(content=PLAN) -> Market:
    built = tracked()
    built.publish(content)
    return built


def due(content=PLAN) -> Market:
    """The plan's deadline has passed."""
    built = published(content)
    built.advance("2026-03-10 09:35")
    return built


def issued() -> Market:
    built = due()
    built.agreed(issuing(PLAN))
    return built


def objected() -> Market:
    """1 objects to its entity of the plan."""
    built = published()
    built.do(FileObjection(1, 1, "a", GROUNDS))
    return built


def decided(*, upheld: bool = False) -> Market:
    built = objected()
    built.do(DecideObjection(1, upheld, GROUNDS, "decision"))
    return built


def later(built: Market) -> Market:
    built.advance("2026-03-10 09:35")
    return built


def held() -> Market:
    """1 of Baotou and 3 of elsewhere hold 100 each of an asset that has no total."""
    built = ledger()
    built.authorise("1000")
    built.issue(1, "100")
    built.issue(3, "100")
    return built


def bidding() -> Market:
    """3 of elsewhere bids for the asset, which has no total."""
    built = ledger()
    built.list("48.00")
    built.deposit(3, "1000.00")
    built.buy(3, "1@48.00")
    return built


def crowded() -> Market:
    built = ledger()
    built.activate(rule("carbon.approvals.pending_bytes_max", RuleKind.INTEGER, "100"))
    built.ask(SetControlTotal(1, "", 1, "x" * 60))
    return built


def decision(m: Market, **changes) -> ApproveRequest:
    pending = m.venue.state.approvals.pending[4]
    terms = {"operator_id": 2, "command_hash": pending.command_hash, "kind": pending.kind}
    return ApproveRequest(participant_id=0, approval_id=4, **terms | changes)


def request(kind: str, data: bytes, participant_id: int = 0, expires_on: int = 0):
    return RequestApproval(90, 1, kind, participant_id, data, expires_on)


def set_total(place: str, quantity: int = 10, asset: int = 1) -> SetControlTotal:
    return SetControlTotal(asset, place, quantity, "total")


def adjust(place: str, change: int, asset: int = 1) -> AdjustControlTotal:
    return AdjustControlTotal(asset, place, change, "change")


def aside(quantity: int, pot: str = "idle", place: str = BAOTOU, asset: int = 1) -> SetAside:
    return SetAside(asset, place, pot, quantity, "aside")


def cancel(quantity: int, place: str = BAOTOU, asset: int = 1) -> CancelTotal:
    return CancelTotal(asset, place, quantity, "cancelled")


def kept(content=PLAN) -> Market:
    """Baotou keeps 50 for new entrants; a plan's deadline has passed."""
    built = due(content)
    built.agreed(aside(50, "new_entrant"))
    return built


def publish(quantity: int = 1, entities: int = 1, version: int = 1, until: int = DAY + 7):
    return PublishPlan(1, version, 1, hashlib.sha256(b"").digest(), entities, quantity, until, "")


def moving(participant_id: int, region: str) -> AdmitParticipant:
    kind = AccountType.COMPLIANCE_ENTITY
    return AdmitParticipant(participant_id, kind, region, "", "", 0, "moves")


def relabelled() -> Market:
    """The publication says three entities, the content whose hash it pins has two."""
    built = tracked()
    pinned = content_hash(encode_content(PLAN))
    built.apply(PublishPlan(1, 1, 1, pinned, 3, 700, DAY + 7, "plan"))
    built.advance("2026-03-10 09:35")
    return built


ISSUE_ONE = IssueUnits(1, 1, 1, "", "", "", 0, 0, 0, "")
SET, ADJUST = set_total(REGION), adjust(BAOTOU, 1)
SET_BYTES = encode_command(set_total("", 5))
TWICE = plan(("a", 1, 100), ("a", 2, 100))
STRANGER = plan(("a", 1, 100), ("b", 9, 100))
OPERATOR = plan(("a", 1, 100), ("b", 4, 100))
OUTSIDE = plan(("a", 1, 100), ("b", 3, 100))
BELOW_ZERO = plan(("a", 1, 200), ("b", 2, -100))
NO_METHOD = plan(("a", 1, 400), method=RuleRef("carbon.allocation.formula.none", 1))
ENDED = plan(("a", 1, 400), valid_to=DAY)
ONE_TOO_MANY = plan(("a", 1, 400), ("b", 5, 201))
FROM_POT = plan(("a", 1, 50), ("b", 5, 1), pot="new_entrant")
FROM_ELSEWHERE = plan(("a", 1, 50), pot="150400:new_entrant")
FROM_NOTHING = plan(("a", 1, 50), pot="savings")
