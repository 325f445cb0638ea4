"""Targets of places: their lights, and what a binding one in red keeps out."""

import msgspec
import pytest

from exchange.core.budgets.commands import SetIndicator
from exchange.core.budgets.events import IndicatorSet
from exchange.core.commands import AdmitParticipant
from exchange.core.events import OrderCancelled
from exchange.core.reasons import RejectReason as R
from exchange.core.rules import RuleKind
from exchange.core.types import AccountType
from exchange.core.venue import Venue
from matching import CancelReason
from tests.core import paid_markets
from tests.core.budget_markets import BAOTOU, ORDOS, REGION, adjust, existing, league, red, report
from tests.support.builders import issuing, plan, rule


@pytest.mark.parametrize(
    ("value", "light"), [(94, "green"), (95, "yellow"), (100, "yellow"), (101, "red")]
)
def test_the_light_follows_from_the_thresholds(value, light):
    (told, *_) = league().agreed(report(value=value))
    assert isinstance(told, IndicatorSet)
    assert told.status == light


def test_bids_are_withdrawn_when_the_light_turns_red_and_asks_stay():
    m = league()
    m.buy(2, "5@100.00")
    m.sell(2, "5@101.00")
    m.buy(1, "5@99.00")
    cancelled = [e for e in m.agreed(report()) if isinstance(e, OrderCancelled)]
    assert [(each.participant_id, each.reason) for each in cancelled] == [
        (2, CancelReason.WITHDRAWN)
    ]
    m.sell(2, "5@102.00")
    assert len(m.venue.state.orders) == 3


def test_what_the_place_sells_and_gives_within_itself_goes_on():
    m = red(BAOTOU)
    m.admit(5, region="150221")
    refused = m.buy(3, "1@100.00").refusal
    assert dict(refused.figures) == {"place": BAOTOU, "indicator": "total", "period": "2026"}
    m.sell(1, "10@100.00")
    m.buy(2, "10@100.00")
    assert m.holding(2).posted == 10_010
    m.admit(3, region=ORDOS)
    m.buy(3, "1@90.00")
    m.admit(1, region="150221")
    m.admit(1, region=BAOTOU)


def test_a_region_in_red_trades_among_its_leagues_and_issues_nothing():
    m = red(REGION)
    m.sell(1, "10@100.00")
    assert m.buy(2, "10@100.00").refusal is None
    more = plan(("a", 1, 1), plan_id=2, ledger="energy")
    m.publish(more, "2026-03-20")
    m.advance("2026-03-23 09:35")
    refusal = m.ask(issuing(more)).refusal
    assert refusal.reason is R.TARGET_IN_RED
    assert dict(refusal.figures) == {
        "row": "1",
        "entity": "a",
        "place": REGION,
        "indicator": "total",
        "period": "2026",
    }


@pytest.mark.parametrize(
    "changes", [{"binding": False}, {"value": 100}, {"kind": "ENERGY", "place": "150400"}]
)
def test_guiding_targets_and_those_of_others_let_everything_in(changes):
    m = league()
    m.agreed(report(**changes))
    assert m.buy(2, "1@100.00").refusal is None


def test_red_ends_with_a_later_report():
    m = red()
    assert m.buy(2, "1@100.00").refusal.reason is R.TARGET_IN_RED
    m.agreed(report(period="2027", value=1))
    assert m.buy(2, "1@100.00").refusal is None


def test_a_budget_is_not_raised_in_red_but_may_be_lowered():
    m = existing()
    m.agreed(report(BAOTOU))
    assert m.ask(adjust(1)).refusal.reason is R.TARGET_IN_RED
    m.agreed(adjust(-1))


def test_without_the_rule_red_is_only_shown():
    m = league()
    m.activate(rule("energy.indicators.red_blocks", RuleKind.FLAG, "false"))
    m.agreed(report())
    m.buy(2, "1@100.00")
    assert len(m.venue.state.orders) == 1
    m.activate(rule("energy.indicators.red_blocks", RuleKind.FLAG, "true", version=100))
    m.advance("2026-03-11 00:01")
    assert not m.venue.state.orders


def test_a_bidder_does_not_move_into_red():
    m = red()
    m.buy(3, "1@100.00")
    kind = AccountType.COMPLIANCE_ENTITY
    moving = AdmitParticipant(3, kind, ORDOS, "", "", 0, "moves")
    assert m.refused(moving).reason is R.TARGET_IN_RED


def test_projects_and_targets_are_part_of_a_snapshot():
    m = existing()
    m.agreed(report(BAOTOU))
    restored = Venue.restore(m.venue.snapshot())
    assert restored.state_hash() == m.venue.state_hash()
    assert restored.state.budgets == m.venue.state.budgets


def smog(**changes) -> SetIndicator:
    """The air of Baotou: 42 where there may be 35."""
    sound = report(BAOTOU, 42, kind="SO2", name="quality", target=35, unit="ug/m3")
    return msgspec.structs.replace(sound, **changes)


def test_a_league_with_bad_air_takes_no_more_emission_rights():
    """国办发〔2014〕38号 (八): no trade that adds to the total of such a place."""
    m = paid_markets.priced()
    m.agreed(smog())
    m.list("600.00")
    assert m.buy(1, "1@600.00").refusal.rule.rule_id == "emission.indicators.red_blocks"
    offer = m.ask(paid_markets.offering(member=1)).refusal
    assert (offer.reason, dict(offer.figures)["indicator"]) == (R.TARGET_IN_RED, "quality")
    m.agreed(smog(value=34))
    m.agreed(paid_markets.offering(member=1))


def test_nothing_is_given_by_contract_where_the_air_got_bad_since_it_was_offered():
    m = paid_markets.offered()
    m.agreed(smog())
    m.do(paid_markets.accepting())
    assert m.refused(paid_markets.paying()).reason is R.TARGET_IN_RED
    m.agreed(smog(value=35))
    m.do(paid_markets.paying())
