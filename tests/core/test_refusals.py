"""One row a reason to refuse: the market before, the command, the reason and the rule it cites."""

import pytest

from exchange.core.commands import (
    CreateTransfer,
    FreezeParticipant,
    HaltInstrument,
    PlaceOrders,
    ResumeInstrument,
    TransferLeg,
    UnfreezeParticipant,
)
from exchange.core.reasons import CITES, RejectReason
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.types import Purpose
from tests.core import (
    refusals_after_issue,
    refusals_allocation,
    refusals_budgets,
    refusals_cancellation,
    refusals_compliance,
    refusals_market,
    refusals_paid,
    refusals_permits,
    refusals_reserves,
    refusals_water,
)
from tests.core.refusals_market import BUY, GTD_PAST, at_lunch, frozen, issue, market
from tests.support.builders import order, rule

R = RejectReason
ROWS = [
    *refusals_market.ROWS,
    *refusals_allocation.ROWS,
    *refusals_compliance.ROWS,
    *refusals_permits.ROWS,
    *refusals_water.ROWS,
    *refusals_paid.ROWS,
    *refusals_budgets.ROWS,
    *refusals_after_issue.ROWS,
    *refusals_cancellation.ROWS,
    *refusals_reserves.ROWS,
]
UNREACHABLE = {}


@pytest.mark.parametrize(
    ("built", "command", "reason", "rule_id"),
    [pytest.param(*row, id=name) for name, *row in ROWS],
)
def test_the_command_is_refused_for_its_reason_citing_its_rule(built, command, reason, rule_id):
    m = built()
    refusal = m.refused(command(m) if callable(command) else command)
    assert refusal.reason is reason
    assert (refusal.rule.rule_id if refusal.rule else None) == rule_id


def test_every_reason_has_a_row_or_says_why_it_cannot():
    shown = {reason for _, _, _, reason, _ in ROWS}
    assert [reason for reason in RejectReason if reason not in shown | set(UNREACHABLE)] == []
    assert shown & set(UNREACHABLE) == set()


def test_every_reason_that_cites_a_rule_is_shown_to_cite_it():
    cited = {reason: rule_id for _, _, _, reason, rule_id in ROWS if rule_id}
    assert set(cited) == set(CITES)
    for reason, rule_id in cited.items():
        assert rule_id.split(".", 1)[1].startswith(CITES[reason])


def test_a_refusal_gives_the_figures_it_compared():
    m = market()
    assert m.refused(order(2, BUY, 1, 5281)).figures == (
        ("low", "43.20"),
        ("high", "52.80"),
        ("reference", "48.00"),
    )
    assert m.refused(order(2, BUY, 100_000, 4800)).figures == (("maximum", "99999"),)
    assert m.refused(order(1, BUY, 1, 4800)).figures == (
        ("available", "0.00"),
        ("required", "48.00"),
    )
    assert m.refused(issue(1, 899_001)).figures == (
        ("unissued", "899000"),
        ("requested", "899001"),
    )


def test_a_refused_batch_names_the_order_at_fault():
    m = market()
    batch = PlaceOrders(2, (order(2, BUY, 1, 4800), order(2, BUY, 1, 5281)))
    refusal = m.refused(batch)
    assert refusal.reason is R.PRICE_OUTSIDE_BAND
    assert refusal.figures[-1] == ("index", "1")


def test_the_version_in_force_is_cited():
    m = market()
    m.activate(rule("carbon.trading.band", RuleKind.RATIO, "0.05"))
    refusal = m.refused(order(2, BUY, 1, 5041))
    assert refusal.rule == RuleRef("carbon.trading.band", 99)


def test_an_order_with_many_faults_is_told_the_first_in_declared_order():
    m = at_lunch()
    m.do(HaltInstrument(1, "notice"))
    m.do(FreezeParticipant(5, "court order"))
    met = [m.refused(order(9, BUY, 0, 0, "post ioc", 9)).reason]
    met.append(m.refused(order(5, BUY, 0, 0, "post ioc", 9)).reason)
    for remedy in (UnfreezeParticipant(5, ""), ResumeInstrument(1, "")):
        met.append(m.refused(order(5, BUY, 0, 0, "post ioc")).reason)
        m.do(remedy)
    met.append(m.refused(order(5, BUY, 0, 0, "post ioc")).reason)
    m.advance("13:00")
    terms = [
        order(5, BUY, 0, 0, "post ioc"),
        order(1, BUY, 0, 0, "post ioc"),
        order(1, BUY, 100_000, 0, "post ioc"),
        order(1, BUY, 10, 0, "post ioc"),
        order(1, BUY, 10, 5281, "post ioc"),
        order(1, BUY, 10, 5280, "post ioc"),
        order(1, BUY, 10, 5280, "post gtd"),
        order(1, BUY, 10, 5280, f"post {GTD_PAST}"),
        order(1, BUY, 10, 5280, "post"),
        order(2, BUY, 10, 5280, "post"),
    ]
    met += [m.refused(command).reason for command in terms]
    declared = list(RejectReason)
    assert met == sorted(met, key=declared.index)
    assert len(set(met)) == len(met) == 15


def test_a_transfer_with_many_faults_is_told_the_first_in_declared_order():
    m = frozen()
    m.issue(5, "1")
    mine, house = m.holding(1).account_id, m.house(Purpose.ISSUABLE, 1).account_id
    faults = [
        (9, (TransferLeg(mine, 999, 0, 9),)),
        (1, (TransferLeg(mine, 999, 0, 9),)),
        (1, (TransferLeg(mine, m.cash(1).account_id, 0, 9),)),
        (1, (TransferLeg(mine, m.holding(5).account_id, 0, 0),)),
    ]
    met = [m.refused(CreateTransfer(who, legs, False, "")).reason for who, legs in faults]
    m.do(UnfreezeParticipant(1, ""))
    for credit, quantity in ((m.holding(5).account_id, 0), (house, 0), (house, 10**6)):
        leg = TransferLeg(mine, credit, quantity, 0)
        met.append(m.refused(CreateTransfer(1, (leg,), False, "")).reason)
    declared = list(RejectReason)
    assert met == sorted(met, key=declared.index)
    assert len(set(met)) == len(met) == 7
