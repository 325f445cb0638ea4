"""The clock: sessions, trading days, what may be sold when, bands, closing prices, rule dates."""

import pytest

from exchange.core.events import BandSet, InstrumentDayClosed, SessionChanged
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.types import SessionState
from tests.support.builders import Market, at_ns, carbon_market, local_date, rule

OPEN, CLOSED = SessionState.OPEN, SessionState.CLOSED
SELL_BACK = RuleRef("carbon.settlement.sell_back_days", 1)


def sessions(outcome) -> list[tuple[SessionState, int]]:
    return [(e.state, e.at_ns) for e in outcome.events if isinstance(e, SessionChanged)]


def closes(outcome) -> list[InstrumentDayClosed]:
    return [event for event in outcome.events if isinstance(event, InstrumentDayClosed)]


def bands(outcome) -> list[tuple[int, int, int]]:
    return [
        (event.reference_price, event.low, event.high)
        for event in outcome.events
        if isinstance(event, BandSet)
    ]


def trade(m: Market, text: str) -> None:
    assert m.sell(1, text).refusal is None
    assert m.buy(2, text).refusal is None


# Units bought today


def test_units_bought_today_are_not_sold_today():
    m = carbon_market()
    m.advance("10:00")
    trade(m, "10000@48.00")
    refusal = m.sell(2, "10000@48.00").refusal
    assert refusal.reason is RejectReason.UNITS_NOT_YET_TRADABLE
    assert refusal.rule == SELL_BACK
    assert refusal.figures == (("available", "0"), ("required", "10000"))
    m.advance("14:59")
    assert m.sell(2, "1@48.00").refusal.reason is RejectReason.UNITS_NOT_YET_TRADABLE
    m.advance("2026-03-03 09:30")
    assert m.sell(2, "10000@48.00").refusal is None
    assert m.sell(2, "1@48.00").refusal.reason is RejectReason.UNITS_INSUFFICIENT


@pytest.mark.parametrize(
    ("bought", "tradable_from"),
    [
        ("2026-03-05 10:00", "2026-03-06"),
        ("2026-03-06 10:00", "2026-03-09"),  # a Friday
        ("2026-02-13 10:00", "2026-02-24"),  # the last day before Spring Festival
        ("2026-09-30 10:00", "2026-10-08"),  # National Day
    ],
)
def test_units_are_tradable_on_the_next_trading_day(bought, tradable_from):
    m = carbon_market(start="2026-01-05 09:35")
    m.advance(bought)
    trade(m, "10@48.00")
    m.advance(f"{tradable_from} 09:29")
    assert m.holding(2).available == 10
    m.advance(f"{tradable_from} 09:30")
    assert m.sell(2, "10@48.00").refusal is None


def test_units_stay_locked_over_every_day_of_spring_festival():
    m = carbon_market(start="2026-02-13 10:00")
    trade(m, "10@48.00")
    for day in range(14, 24):
        m.advance(f"2026-02-{day} 10:00")
        assert m.venue.state.session is CLOSED
        assert m.holding(2).available == 0
    m.advance("2026-02-24 09:30")
    assert m.venue.state.session is OPEN
    assert m.holding(2).available == 10


def test_only_todays_units_are_locked():
    m = carbon_market()
    trade(m, "10@48.00")
    m.advance("2026-03-03 09:35")
    trade(m, "5@48.00")
    assert (m.holding(2).posted, m.holding(2).available) == (15, 10)
    assert m.sell(2, "11@48.00").refusal.reason is RejectReason.UNITS_NOT_YET_TRADABLE
    assert m.sell(2, "10@48.00").refusal is None


def test_where_no_sell_back_rule_binds_units_are_sold_at_once():
    m = Market("energy")
    m.define("NMG", "ENERGY")
    m.authorise("100")
    for participant_id in (1, 2):
        m.admit(participant_id)
        m.deposit(participant_id, "100000.00")
    m.issue(1, "100")
    m.list("48.00")
    trade(m, "10@48.00")
    assert m.sell(2, "10@48.00").refusal is None


def test_an_issue_dated_later_is_locked_until_its_day():
    m = carbon_market()
    m.issue(3, "500", tradable_from="2026-03-07")
    assert (m.holding(3).posted, m.holding(3).available) == (1500, 1000)
    m.advance("2026-03-06 23:59")
    assert m.holding(3).available == 1000
    m.advance("2026-03-07 00:00")
    assert m.holding(3).available == 1500


# Bands


@pytest.mark.parametrize(
    ("reference", "low", "high"),
    [("48.00", "43.20", "52.80"), ("99.48", "89.53", "109.43"), ("98.00", "88.20", "107.80")],
)
def test_a_band_is_a_tenth_both_ways_rounded_half_up(reference, low, high):
    m = carbon_market(reference)
    below = f"{int(low.replace('.', '')) - 1}"
    above = f"{int(high.replace('.', '')) + 1}"
    for price in (low, high):
        assert m.buy(2, f"10@{price}").refusal is None
    for text in (below, above):
        refusal = m.buy(2, f"10@{text[:-2]}.{text[-2:]}").refusal
        assert refusal.reason is RejectReason.PRICE_OUTSIDE_BAND
        assert refusal.figures == (("low", low), ("high", high), ("reference", reference))


def test_the_first_day_trades_at_52_78_and_not_at_52_81():
    m = carbon_market("48.00")
    assert m.sell(1, "160@52.81").refusal.reason is RejectReason.PRICE_OUTSIDE_BAND
    trade(m, "160@52.78")
    (closed,) = closes(m.advance("15:00"))
    assert closed.close == 5278


def test_without_a_reference_there_is_no_band_until_a_day_has_closed():
    m = carbon_market("0")
    trade(m, "10@1000.00")
    m.advance("15:00")
    assert bands(m.advance("2026-03-03 09:00")) == [(100_000, 90_000, 110_000)]
    assert m.buy(2, "1@1100.01").refusal.reason is RejectReason.SESSION_CLOSED
    m.advance("09:30")
    assert m.buy(2, "1@1100.01").refusal.reason is RejectReason.PRICE_OUTSIDE_BAND


# Closing prices


def test_a_thin_day_closes_at_its_only_trade():
    m = carbon_market("58.00")
    trade(m, "200@58.00")
    (closed,) = closes(m.advance("15:00"))
    assert (closed.close, closed.quantity, closed.turnover) == (5800, 200, 1_160_000)
    assert local_date(closed.day) == "2026-03-02"


@pytest.mark.parametrize(
    ("deals", "close"),
    [
        (["100@48.00", "300@50.00"], 4950),
        (["1@48.00", "1@48.01"], 4801),  # 48.005: a half goes up
        (["2@48.00", "1@48.01"], 4800),
        (["99999@48.00", "1@52.80"], 4800),
    ],
)
def test_a_day_closes_at_its_volume_weighted_average(deals, close):
    m = carbon_market()
    for deal in deals:
        trade(m, deal)
    (closed,) = closes(m.advance("15:00"))
    assert closed.close == close
    assert m.instrument().reference_price == close


def test_a_day_without_trades_closes_at_the_previous_close():
    m = carbon_market()
    trade(m, "10@50.00")
    m.advance("15:00")
    (closed,) = closes(m.advance("2026-03-03 15:00"))
    assert (closed.close, closed.quantity, closed.turnover) == (5000, 0, 0)


def test_both_sessions_of_a_day_count_for_its_close():
    m = carbon_market()
    trade(m, "100@48.00")
    m.advance("11:30")
    m.advance("13:00")
    trade(m, "100@50.00")
    (closed,) = closes(m.advance("15:00"))
    assert (closed.close, closed.quantity) == (4900, 200)


# Sessions


def test_a_day_opens_and_closes_twice():
    m = carbon_market(start="2026-03-02 00:00")
    outcome = m.advance("2026-03-02 23:59")
    assert sessions(outcome) == [
        (OPEN, at_ns("2026-03-02 09:30")),
        (CLOSED, at_ns("2026-03-02 11:30")),
        (OPEN, at_ns("2026-03-02 13:00")),
        (CLOSED, at_ns("2026-03-02 15:00")),
    ]
    assert len(closes(outcome)) == 1


def test_a_session_says_when_it_will_change_again():
    m = carbon_market()
    (lunch,) = [e for e in m.advance("11:30").events if isinstance(e, SessionChanged)]
    assert lunch.next_change_ns == at_ns("2026-03-02 13:00")
    m.advance("2026-03-06 14:59")
    (evening,) = [e for e in m.advance("15:00").events if isinstance(e, SessionChanged)]
    assert evening.next_change_ns == at_ns("2026-03-09 09:30")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("09:29", CLOSED),
        ("09:30", OPEN),
        ("11:29", OPEN),
        ("11:30", CLOSED),
        ("12:59", CLOSED),
        ("13:00", OPEN),
        ("14:59", OPEN),
        ("15:00", CLOSED),
    ],
)
def test_the_hours_of_a_trading_day(moment, state):
    for m in (
        carbon_market(start=f"2026-03-03 {moment}"),
        carbon_market(start="2026-03-02 10:00"),
    ):
        m.advance(f"2026-03-03 {moment}")
        assert m.venue.state.session is state


@pytest.mark.parametrize("day", ["2026-03-07", "2026-03-08", "2026-02-16", "2026-02-28"])
def test_nothing_opens_on_weekends_and_closures(day):
    m = carbon_market(start=f"{day} 00:01")
    assert sessions(m.advance(f"{day} 23:59")) == []


def test_a_year_passes_in_one_step_as_it_does_in_many():
    at_once, in_steps = (carbon_market(start="2026-01-05 09:35") for _ in range(2))
    for m in (at_once, in_steps):
        trade(m, "10@50.00")
        m.sell(1, "10@50.00 day")
    outcome = at_once.advance("2026-12-31 16:00")
    for month in range(2, 13):
        in_steps.advance(f"2026-{month:02}-05 12:00")
    in_steps.advance("2026-12-31 16:00")
    assert at_once._image == in_steps._image
    days = [closed.day for closed in closes(outcome)]
    assert len(days) == len(set(days)) == 242
    assert len(sessions(outcome)) == 4 * 242 - 1  # the first morning was open already
    assert {closed.close for closed in closes(outcome)} == {5000}


def test_what_is_due_fires_in_order_within_one_step():
    m = carbon_market()
    trade(m, "10@50.00")
    kinds = [type(event).__name__ for event in m.advance("2026-03-03 09:30").events]
    assert kinds == [
        "SessionChanged",
        "SessionChanged",
        "SessionChanged",
        "InstrumentDayClosed",
        "BandSet",
        "SessionChanged",
        "TimeAdvanced",
    ]


# Rules by date


def test_a_rule_takes_effect_on_its_day():
    m = carbon_market()
    narrower = rule("carbon.trading.band", RuleKind.RATIO, "0.05", valid_from="2026-03-04")
    assert bands(m.activate(narrower)) == []
    m.advance("2026-03-03 10:00")
    assert m.buy(2, "1@52.80").refusal is None
    outcome = m.advance("2026-03-04 10:00")
    assert bands(outcome) == [(4800, 4560, 5040)]
    refusal = m.buy(2, "1@52.80").refusal
    assert refusal.rule == RuleRef("carbon.trading.band", 99)


def test_a_rule_that_ends_gives_way_to_the_one_before():
    m = carbon_market()
    m.activate(
        rule(
            "carbon.trading.band",
            RuleKind.RATIO,
            "0.05",
            valid_from="2026-03-03",
            valid_to="2026-03-03",
        )
    )
    assert bands(m.advance("2026-03-03 10:00")) == [(4800, 4560, 5040)]
    assert bands(m.advance("2026-03-04 10:00")) == [(4800, 4320, 5280)]


def test_a_rule_in_force_at_once_changes_the_band_of_the_day():
    m = carbon_market()
    outcome = m.activate(rule("carbon.trading.band", RuleKind.RATIO, "0.05"))
    assert bands(outcome) == [(4800, 4560, 5040)]


def test_the_rule_for_a_kind_wins_over_the_general_one():
    m = carbon_market()
    m.activate(rule("carbon.trading.band.CEA", RuleKind.RATIO, "0.02"))
    refusal = m.buy(2, "1@50.00").refusal
    assert refusal.rule == RuleRef("carbon.trading.band.CEA", 99)


def test_new_hours_open_and_close_the_session_at_once():
    m = carbon_market()
    assert sessions(m.activate(rule("carbon.trading.hours", RuleKind.HOURS, "13:00-16:00"))) == [
        (CLOSED, at_ns("2026-03-02 09:35"))
    ]
    assert sessions(m.advance("15:59")) == [(OPEN, at_ns("2026-03-02 13:00"))]
    assert len(closes(m.advance("16:00"))) == 1


def test_a_day_declared_closed_does_not_open():
    m = carbon_market()
    m.activate(rule("carbon.trading.closures.storm", RuleKind.DATES, "2026-03-03"))
    outcome = m.advance("2026-03-03 23:59")
    assert sessions(outcome)[-1] == (CLOSED, at_ns("2026-03-02 15:00"))


def test_trading_days_are_counted_as_known_when_units_were_bought():
    m = carbon_market()
    trade(m, "10@48.00")
    m.activate(rule("carbon.trading.closures.storm", RuleKind.DATES, "2026-03-03"))
    m.advance("2026-03-04 09:30")
    assert m.sell(2, "10@48.00").refusal is None


@pytest.mark.parametrize("hours", ["00:00-24:00", "09:30-24:00", "00:00-15:00", "15:00-09:30"])
def test_hours_that_touch_midnight_or_run_backwards_are_no_hours(hours):
    m = carbon_market()
    outcome = m.activate(rule("carbon.trading.hours", RuleKind.HOURS, hours))
    assert outcome.refusal.reason is RejectReason.RULE_INVALID


def test_hours_just_off_midnight_open_and_close_every_trading_day():
    m = carbon_market()
    m.activate(rule("carbon.trading.hours", RuleKind.HOURS, "00:01-23:59"))
    m.buy(2, "1@48.00 day")
    outcome = m.advance("2026-03-08 12:00")
    days = [local_date(closed.day) for closed in closes(outcome)]
    assert days == [f"2026-03-0{day}" for day in range(2, 7)]
    assert not m.venue.state.orders
    assert m.venue.state.session is CLOSED
