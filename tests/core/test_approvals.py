"""The inbox: asked by one, granted by another, carried out in the same step."""

import hashlib

import pytest

from exchange.core.act import Act
from exchange.core.approvals import events
from exchange.core.approvals.acts import ACTS
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.mandates import MANDATES, permits
from exchange.core.outcomes import encode_command
from exchange.core.reasons import RejectReason
from exchange.core.totals.commands import AdjustControlTotal, SetControlTotal
from exchange.core.totals.events import ControlTotalAdjusted
from exchange.core.types import Purpose, Role, Scope
from exchange.core.venue import INSTITUTIONS
from tests.core.allocation_markets import BAOTOU, REGION, asked, tracked
from tests.support.builders import asking

MORE = AdjustControlTotal(1, BAOTOU, 100, "more")
KIND = "AdjustControlTotal"


class Person:
    """Operator 1 of participant 90, a regulator with all scopes unless told otherwise."""

    operator_id = 1
    participant_id = 90
    role = Role.REGULATOR
    scopes = frozenset(Scope)
    ledgers = frozenset[str]()

    def __init__(self, **facts):
        for name, value in facts.items():
            setattr(self, name, value)


def test_a_request_changes_nothing_but_the_inbox():
    m = tracked()
    (event,) = m.ask(MORE).events
    assert event == events.ApprovalRequested(
        4,
        KIND,
        0,
        hashlib.sha256(encode_command(MORE)).digest(),
        len(encode_command(MORE)),
        1,
        90,
        m.venue.state.today + 10,
        "CEA25",
        (("place", BAOTOU), ("change", "100")),
    )
    assert m.at(Purpose.HEADROOM, BAOTOU) == 600


def test_the_approval_carries_the_act_out_in_the_same_entry():
    m = asked()
    outcome = m.approve()
    assert outcome.events[0] == events.RequestApproved(4, 2)
    assert isinstance(outcome.events[1], ControlTotalAdjusted)
    assert m.at(Purpose.HEADROOM, BAOTOU) == 700
    assert m.venue.state.approvals.pending == {}


def test_what_was_granted_cannot_be_granted_again():
    m = asked()
    pending = m.venue.state.approvals.pending[4]
    m.approve()
    again = ApproveRequest(0, 3, 4, pending.command_hash, KIND)
    assert m.refused(again).reason is RejectReason.APPROVAL_UNKNOWN


def test_the_act_is_checked_again_when_it_is_granted_and_goes_on_waiting_if_it_fails():
    m = asked()
    m.agreed(AdjustControlTotal(1, REGION, -50, "less"))
    refusal = m.approve(4).refusal
    assert refusal.reason is RejectReason.HEADROOM_INSUFFICIENT
    assert dict(refusal.figures) == {"place": REGION, "headroom": "50", "requested": "100"}
    m.agreed(AdjustControlTotal(1, REGION, 50, "back"))
    assert m.approve(4).refusal is None


def test_of_two_requests_for_the_same_rest_one_is_granted():
    m = asked()
    m.ask(MORE, operator_id=2)
    assert m.approve(4, operator_id=2).refusal is None
    assert m.approve(5, operator_id=1).refusal.reason is RejectReason.HEADROOM_INSUFFICIENT
    assert m.at(Purpose.HEADROOM, BAOTOU) == 700


def test_rejected_and_withdrawn_requests_are_gone():
    m = asked()
    m.ask(MORE)
    assert m.do(RejectRequest(0, 2, 4, KIND, "not now")) == (
        events.RequestRejected(4, 2, "not now"),
    )
    assert m.do(WithdrawRequest(90, 1, 5, KIND, 0)) == (events.RequestWithdrawn(5, 1),)
    assert m.venue.state.approvals.pending == {}


def test_a_request_ends_at_midnight_after_its_last_day():
    m = tracked()
    today = m.venue.state.today
    m.apply(RequestApproval(90, 1, KIND, 0, encode_command(MORE), today))
    m.ask(MORE)
    assert not [e for e in m.advance("23:59").events if isinstance(e, events.ApprovalsExpired)]
    outcome = m.advance("2026-03-03 00:00")
    assert events.ApprovalsExpired((4,)) in outcome.events
    assert list(m.venue.state.approvals.pending) == [5]
    outcome = m.advance("2026-03-13 00:00")
    assert events.ApprovalsExpired((5,)) in outcome.events


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_every_act_has_a_mandate_and_is_refused_to_one_alone(act: Act):
    assert MANDATES[act.kind].any or MANDATES[act.kind].own
    refuse, _ = INSTITUTIONS[act.kind]
    assert refuse(tracked().venue.state, None).reason is RejectReason.APPROVAL_REQUIRED


ASK = asking(SetControlTotal(1, "", 5, ""))
GRANT = ApproveRequest(0, 1, 4, b"", KIND)
REJECT = RejectRequest(0, 1, 4, KIND, "")
WITHDRAW = WithdrawRequest(90, 1, 4, KIND, 0)


@pytest.mark.parametrize("command", [ASK, GRANT, REJECT, WITHDRAW])
def test_a_mandate_is_that_of_the_act_and_names_who_really_acts(command):
    assert permits(Person(), "carbon", command)
    for other in (
        {"operator_id": 2},
        {"role": Role.EXCHANGE_OPERATOR},
        {"role": Role.ENTERPRISE},
        {"ledgers": frozenset({"water"})},
        {"scopes": frozenset({Scope.VIEW})},
    ):
        assert not permits(Person(**other), "carbon", command), other


def test_granting_takes_its_own_scope_and_asking_does_not():
    plain = Person(scopes=frozenset({Scope.ADMIN}))
    only = Person(scopes=frozenset({Scope.APPROVE}))
    for command, asks in ((ASK, True), (WITHDRAW, True), (GRANT, False), (REJECT, False)):
        assert permits(plain, "carbon", command) is asks
        assert permits(only, "carbon", command) is not asks


def test_nobody_asks_in_the_name_of_another_or_for_what_is_no_act():
    assert not permits(Person(participant_id=91), "carbon", ASK)
    assert not permits(Person(participant_id=91), "carbon", WITHDRAW)
    for kind in ("IssueUnits", "ApproveRequest", ""):
        assert not permits(Person(), "carbon", RequestApproval(90, 1, kind, 0, b"", 0))
        assert not permits(Person(), "carbon", ApproveRequest(0, 1, 4, b"", kind))
