"""Rows of refusals: approvals, control totals, allocation plans."""

import hashlib

from exchange.core.allocation.commands import DecideObjection, FileObjection, PublishPlan
from exchange.core.allocation.content import content_hash, encode_content
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.commands import AdmitParticipant, AuthoriseIssuance, IssueUnits
from exchange.core.outcomes import encode_command
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.totals.commands import (
    AdjustControlTotal,
    CancelTotal,
    SetAside,
    SetControlTotal,
)
from exchange.core.types import AccountType
from exchange.core.units import NUMBER_MAX
from tests.support.builders import Market, asking, issuing, plan, rule

R = RejectReason
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
FOUR_EYES, LIMIT = "carbon.approvals.four_eyes", "carbon.totals.hard_limit"
OBJECTIONS, VALID_DAYS = "carbon.allocation.objection_days_min", "carbon.approvals.valid_days"
BYTES_MAX = "carbon.approvals.pending_bytes_max"
TYPES = "carbon.eligibility.account_types"
TWICE = plan(("a", 1, 100), ("a", 2, 100))
STRANGER = plan(("a", 1, 100), ("b", 9, 100))
OPERATOR = plan(("a", 1, 100), ("b", 4, 100))
OUTSIDE = plan(("a", 1, 100), ("b", 3, 100))
BELOW_ZERO = plan(("a", 1, 200), ("b", 2, -100))
NO_METHOD = plan(("a", 1, 400), method=RuleRef("carbon.allocation.formula.none", 1))
ENDED = plan(("a", 1, 400), valid_to=DAY)
ONE_TOO_MANY = plan(("a", 1, 400), ("b", 5, 201))
_NO_POT = (R.POT_UNKNOWN, None)
FROM_POT = plan(("a", 1, 50), ("b", 5, 1), pot="new_entrant")
FROM_ELSEWHERE = plan(("a", 1, 50), pot="150400:new_entrant")
FROM_NOTHING = plan(("a", 1, 50), pot="savings")

ROWS = [
    ("set aside money", tracked, asking(aside(1, asset=0)), R.ASSET_UNKNOWN, None),
    ("cancel no asset", tracked, asking(cancel(1, asset=9)), R.ASSET_UNKNOWN, None),
    (
        "set aside where there is no total",
        tracked,
        asking(aside(1, place="150400")),
        R.CONTROL_TOTAL_UNKNOWN,
        None,
    ),
    (
        "cancel where there is no total",
        tracked,
        asking(cancel(1, "150400")),
        R.CONTROL_TOTAL_UNKNOWN,
        None,
    ),
    ("set aside for nothing known", tracked, asking(aside(1, "x")), R.POT_UNKNOWN, None),
    ("a plan from no pot", lambda: due(FROM_NOTHING), asking(issuing(FROM_NOTHING)), *_NO_POT),
    ("a plan from nowhere", lambda: due(FROM_ELSEWHERE), asking(issuing(FROM_ELSEWHERE)), *_NO_POT),
    ("set a pot aside alone", tracked, aside(1), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("cancel a total alone", tracked, cancel(1), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("set nothing aside", tracked, asking(aside(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("cancel nothing", tracked, asking(cancel(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("set more aside", tracked, asking(aside(601)), R.HEADROOM_INSUFFICIENT, LIMIT),
    ("cancel more", tracked, asking(cancel(601)), R.HEADROOM_INSUFFICIENT, LIMIT),
    ("take from a pot never made", tracked, asking(aside(-1)), R.POT_INSUFFICIENT, LIMIT),
    ("take too much", kept, asking(aside(-51, "new_entrant")), R.POT_INSUFFICIENT, LIMIT),
    (
        "a plan over its pot",
        lambda: kept(FROM_POT),
        asking(issuing(FROM_POT)),
        R.POT_INSUFFICIENT,
        LIMIT,
    ),
    ("approve nothing", tracked, ApproveRequest(0, 2, 9, b"", "X"), R.APPROVAL_UNKNOWN, None),
    ("approve as another kind", asked, lambda m: decision(m, kind="X"), R.APPROVAL_UNKNOWN, None),
    (
        "reject another's act",
        asked,
        RejectRequest(7, 2, 4, "AdjustControlTotal", ""),
        R.APPROVAL_UNKNOWN,
        None,
    ),
    (
        "withdraw another's request",
        asked,
        WithdrawRequest(91, 1, 4, "AdjustControlTotal", 0),
        R.APPROVAL_UNKNOWN,
        None,
    ),
    ("total nowhere", ledger, asking(set_total("15")), R.PLACE_UNKNOWN, None),
    ("total without its parent", tracked, asking(set_total("150421")), R.PLACE_UNKNOWN, None),
    ("total beside the root", tracked, asking(set_total("310000")), R.PLACE_UNKNOWN, None),
    ("total twice", tracked, asking(SET), R.CONTROL_TOTAL_EXISTS, None),
    ("adjust no total", tracked, asking(adjust("150400", 1)), R.CONTROL_TOTAL_UNKNOWN, None),
    ("total of money", ledger, asking(set_total("", asset=0)), R.ASSET_UNKNOWN, None),
    ("adjust no asset", ledger, asking(adjust("", 1, asset=9)), R.ASSET_UNKNOWN, None),
    ("issue no plan", tracked, asking(issuing(PLAN)), R.PLAN_UNKNOWN, None),
    ("set a total alone", ledger, SET, R.APPROVAL_REQUIRED, FOUR_EYES),
    ("adjust a total alone", tracked, ADJUST, R.APPROVAL_REQUIRED, FOUR_EYES),
    ("issue a plan alone", due, issuing(PLAN), R.APPROVAL_REQUIRED, FOUR_EYES),
    (
        "approve one's own request",
        asked,
        lambda m: decision(m, operator_id=1),
        R.APPROVAL_OWN_REQUEST,
        FOUR_EYES,
    ),
    (
        "reject one's own request",
        asked,
        RejectRequest(0, 1, 4, "AdjustControlTotal", ""),
        R.APPROVAL_OWN_REQUEST,
        FOUR_EYES,
    ),
    (
        "approve other bytes",
        asked,
        lambda m: decision(m, command_hash=hashlib.sha256(b"").digest()),
        R.APPROVAL_HASH_DIFFERS,
        FOUR_EYES,
    ),
    ("ask for noise", tracked, request("SetControlTotal", b"x"), R.APPROVAL_COMMAND_INVALID, None),
    ("ask for no act", tracked, asking(ISSUE_ONE), R.APPROVAL_COMMAND_INVALID, None),
    (
        "ask under another name",
        tracked,
        request("AdjustControlTotal", SET_BYTES),
        R.APPROVAL_COMMAND_INVALID,
        None,
    ),
    (
        "ask for somebody it is not about",
        tracked,
        request("SetControlTotal", SET_BYTES, participant_id=1),
        R.APPROVAL_COMMAND_INVALID,
        None,
    ),
    (
        "ask in other bytes",
        ledger,
        request("SetControlTotal", SET_BYTES.replace(b"\x05", b"\xcc\x05")),
        R.APPROVAL_COMMAND_INVALID,
        None,
    ),
    (
        "ask until yesterday",
        ledger,
        request("SetControlTotal", SET_BYTES, expires_on=DAY - 1),
        R.APPROVAL_EXPIRY_OUT_OF_RANGE,
        VALID_DAYS,
    ),
    (
        "ask for too long",
        ledger,
        request("SetControlTotal", SET_BYTES, expires_on=DAY + 11),
        R.APPROVAL_EXPIRY_OUT_OF_RANGE,
        VALID_DAYS,
    ),
    ("ask for too much", crowded, asking(set_total("", 5)), R.APPROVAL_TOO_MANY, BYTES_MAX),
    ("raise a total's cap", tracked, AuthoriseIssuance(1, 1, ""), R.CAP_IS_CONTROL_TOTAL, LIMIT),
    ("issue past the plans", tracked, ISSUE_ONE, R.ISSUANCE_NEEDS_PLAN, LIMIT),
    ("publish what is issued", issued, publish(version=2), R.PLAN_ALREADY_ISSUED, None),
    ("issue twice", issued, asking(issuing(PLAN)), R.PLAN_ALREADY_ISSUED, None),
    ("publish a version twice", published, publish(), R.PLAN_VERSION_STALE, None),
    (
        "issue other rows",
        due,
        asking(issuing(plan(("a", 1, 401), ("b", 2, 300)))),
        R.PLAN_CHANGED,
        None,
    ),
    (
        "issue what was not said",
        relabelled,
        asking(issuing(PLAN)),
        R.PLAN_CONTENT_INVALID,
        None,
    ),
    ("object to no plan", tracked, OBJECTION, R.PLAN_UNKNOWN, None),
    (
        "object as a stranger",
        published,
        FileObjection(9, 1, "a", GROUNDS),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("object twice", objected, OBJECTION, R.OBJECTION_EXISTS, None),
    ("object to what is issued", issued, OBJECTION, R.PLAN_ALREADY_ISSUED, None),
    ("object too late", due, OBJECTION, R.OBJECTION_DEADLINE_PASSED, OBJECTIONS),
    ("decide on nothing", published, DECISION, R.OBJECTION_UNKNOWN, None),
    ("decide twice", decided, DECISION, R.OBJECTION_DECIDED, None),
    (
        "issue over an objection",
        lambda: later(objected()),
        asking(issuing(PLAN)),
        R.OBJECTION_UNDECIDED,
        None,
    ),
    (
        "issue what was to be revised",
        lambda: later(decided(upheld=True)),
        asking(issuing(PLAN)),
        R.PLAN_NOT_REVISED,
        None,
    ),
    ("publish no rows", tracked, publish(entities=0), R.PLAN_EMPTY, None),
    ("publish nothing", tracked, publish(quantity=0), R.PLAN_EMPTY, None),
    (
        "six days to object",
        tracked,
        publish(until=DAY + 6),
        R.OBJECTION_PERIOD_TOO_SHORT,
        OBJECTIONS,
    ),
    (
        "issue before the deadline",
        published,
        asking(issuing(PLAN)),
        R.OBJECTION_DEADLINE_OPEN,
        OBJECTIONS,
    ),
    (
        "an entity twice",
        lambda: due(TWICE),
        asking(issuing(TWICE)),
        R.ENTITY_DUPLICATED,
        None,
    ),
    (
        "a plan with a stranger",
        lambda: due(STRANGER),
        asking(issuing(STRANGER)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    (
        "a plan for the operator",
        lambda: due(OPERATOR),
        asking(issuing(OPERATOR)),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        TYPES,
    ),
    (
        "a row below zero",
        lambda: due(BELOW_ZERO),
        asking(issuing(BELOW_ZERO)),
        R.QUANTITY_NOT_POSITIVE,
        None,
    ),
    (
        "a plan by no method",
        lambda: due(NO_METHOD),
        asking(issuing(NO_METHOD)),
        R.RULE_MISSING,
        None,
    ),
    (
        "a plan of what has ended",
        lambda: due(ENDED),
        asking(issuing(ENDED)),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    ("publish without a total", ledger, publish(), R.CONTROL_TOTAL_MISSING, LIMIT),
    (
        "a plan for one outside",
        lambda: due(OUTSIDE),
        asking(issuing(OUTSIDE)),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    (
        "total that leaves a holder outside",
        held,
        asking(set_total(REGION, 900)),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    (
        "total that leaves a bidder outside",
        bidding,
        asking(set_total(REGION, 900)),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    ("move away with units", issued, moving(1, "310000"), R.CONTROL_TOTAL_MISSING, LIMIT),
    ("total of nothing", ledger, asking(set_total("", 0)), R.QUANTITY_NOT_POSITIVE, None),
    ("adjust by nothing", tracked, asking(adjust(BAOTOU, 0)), R.QUANTITY_NOT_POSITIVE, None),
    ("total too large", ledger, asking(set_total("", NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    ("root too large", tracked, asking(adjust(REGION, NUMBER_MAX)), R.NUMBER_TOO_LARGE, None),
    ("plan too large", tracked, publish(NUMBER_MAX + 1), R.NUMBER_TOO_LARGE, None),
    (
        "total below what is issued",
        held,
        asking(set_total("", 199)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "child above its parent",
        tracked,
        asking(set_total("150400", 101)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "lower what is handed out",
        issued,
        asking(adjust(ORDOS, -1)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "raise by more than is left above",
        tracked,
        asking(adjust(BAOTOU, 101)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "lower by more than is left",
        tracked,
        asking(adjust(REGION, -101)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "one unit over the total",
        lambda: due(ONE_TOO_MANY),
        asking(issuing(ONE_TOO_MANY)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
]
