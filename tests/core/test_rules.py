"""Rules as figures the venue acts on: what is refused, which version applies, how it is read."""

import pytest

from exchange.core.reasons import RejectReason
from exchange.core.rules import Rule, RuleBook, RuleKind, value_fault
from exchange.core.units import ceiling, decimals, format_decimal, half_up, parse_decimal
from tests.support.builders import carbon_market, rule

K = RuleKind


def refused(*rules: Rule) -> str:
    refusal = carbon_market().activate(*rules).refusal
    assert refusal.reason is RejectReason.RULE_INVALID
    return dict(refusal.figures)["fault"]


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("trading.price_tick", K.NAMES, ("fine",)),
        ("trading.price_tick.CEA", K.TEXT, ("one fen",)),
        ("trading.quantity_max", K.FLAG, ("true",)),
        ("trading.band", K.TEXT, ("ten per cent",)),
        ("trading.band.CEA", K.DECIMAL, ("0.1",)),
        ("trading.hours", K.NAMES, ("morning",)),
        ("trading.closures.2027", K.NAMES, ("new_year",)),
        ("trading.weekdays", K.DATES, ("2026-03-02",)),
        ("fees.buyer", K.NAMES, ("none",)),
        ("settlement.sell_back_days", K.DECIMAL, ("0.5",)),
        ("eligibility.account_types", K.TEXT, ("everybody",)),
    ],
)
def test_a_figure_the_venue_acts_on_is_of_the_kind_it_reads(name, kind, value):
    assert "kind" in refused(rule(f"carbon.{name}", kind, *value))


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("trading.weekdays", K.NAMES, ("Monday",)),
        ("trading.weekdays", K.NAMES, ("0",)),
        ("trading.weekdays", K.NAMES, ("8",)),
        ("trading.band", K.RATIO, ("1.000001",)),
        ("fees.seller", K.RATIO, ("1.5",)),
        ("fees.buyer.CEA", K.RATIO, ("100000000000000000",)),
        ("settlement.sell_back_days", K.INTEGER, ("367",)),
        ("compliance.fine_min", K.DECIMAL, ("20000.001",)),
        ("compliance.fine_max", K.DECIMAL, ("50000.001",)),
        ("compliance.objection_days", K.INTEGER, ("367",)),
        ("permits.renewal_days", K.INTEGER, ("3661",)),
    ],
)
def test_a_figure_the_venue_cannot_act_on_is_refused(name, kind, value):
    assert "range" in refused(rule(f"carbon.{name}", kind, *value))


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("trading.band", K.RATIO, ("1",)),
        ("fees.seller", K.RATIO, ("1",)),
        ("settlement.sell_back_days", K.INTEGER, ("366",)),
        ("trading.weekdays", K.NAMES, ("6", "7")),
        ("surrender.penalty", K.TEXT, ("five times the price",)),
    ],
)
def test_the_ends_of_what_can_be_acted_on(name, kind, value):
    m = carbon_market()
    assert m.activate(rule(f"carbon.{name}", kind, *value)).refusal is None
    if m.sell(1, "1@48.00").refusal is None:
        assert m.buy(2, "1@48.00").refusal is None
    m.advance("2026-03-08 10:00")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price_tick", "0"),
        ("price_tick", "100000000000000000"),
        ("quantity_step", "0"),
        ("quantity_step", "0.5"),
        ("quantity_step", "100000"),
        ("quantity_min", "100000"),
        ("quantity_max", "0"),
        ("quantity_max", "999999999999999999"),
    ],
)
def test_nothing_is_listed_on_figures_that_contradict_each_other(name, value):
    m = carbon_market()
    m.define("WIDE", scale=9)
    assert m.activate(rule(f"carbon.trading.{name}", K.DECIMAL, value)).refusal is None
    asset = 2 if value.startswith("999") else 1
    refusal = m.list("0", asset, code="WIDE").refusal
    assert refusal.reason is RejectReason.RULE_INVALID


def test_one_activation_does_not_say_two_things_under_one_version():
    first = rule("carbon.trading.band", K.RATIO, "0.1")
    second = rule("carbon.trading.band", K.RATIO, "0.2")
    assert "content" in refused(first, second)
    assert carbon_market().activate(first, first).refusal is None


def test_a_version_is_never_edited_and_may_be_repeated():
    m = carbon_market()
    first = rule("carbon.trading.band", K.RATIO, "0.1")
    assert m.activate(first).refusal is None
    assert m.activate(first).refusal is None
    edited = rule("carbon.trading.band", K.RATIO, "0.2")
    assert m.activate(edited).refusal.reason is RejectReason.RULE_INVALID


def test_the_newest_version_valid_on_a_day_applies():
    book = RuleBook("carbon")
    book.activate(
        (
            rule("carbon.x.y", K.INTEGER, "1", version=1),
            rule("carbon.x.y", K.INTEGER, "2", version=2, valid_from="2026-03-02"),
            rule("carbon.x.y", K.INTEGER, "3", version=3, valid_to="2026-03-01"),
        )
    )
    first = rule("carbon.x.y", K.INTEGER, "1", valid_from="2026-03-01").valid_from
    assert book.find("x.y") is None
    for day, value in ((first - 1, 3), (first, 3), (first + 1, 2)):
        book.set_today(day)
        assert book.integer("x.y", 0) == value


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        (K.INTEGER, ("10",), True),
        (K.INTEGER, ("1.5",), False),
        (K.INTEGER, ("1", "2"), False),
        (K.DECIMAL, ("0.000000001",), True),
        (K.DECIMAL, ("0.0000000001",), False),
        (K.DECIMAL, ("-1",), False),
        (K.DECIMAL, ("1e3",), False),
        (K.DECIMAL, ("１",), False),
        (K.RATIO, ("0.1234567",), False),
        (K.FLAG, ("true",), True),
        (K.FLAG, ("yes",), False),
        (K.NAMES, ("a", "b"), True),
        (K.NAMES, (), False),
        (K.NAMES, ("",), False),
        (K.HOURS, ("09:30-11:30", "13:00-15:00"), True),
        (K.HOURS, ("9:30-11:30",), False),
        (K.HOURS, ("09:30",), False),
        (K.HOURS, ("09:60-11:30",), False),
        (K.DATES, ("2026-02-28",), True),
        (K.DATES, ("2026-02-29",), False),
        (K.DATES, ("20260228",), False),
        (K.TEXT, ("",), False),
        (K.FRACTION, ("2/3",), True),
        (K.FRACTION, ("2/3", "3/4"), False),
        (K.FRACTION, ("2/0",), False),
        (K.FORMULA, ("input a t 0", "result = floor(a, 0)"), True),
        (K.FORMULA, ("input a t 0", "result = floor(b, 0)"), False),
        (K.FORMULA, (), False),
    ],
)
def test_a_value_is_read_as_its_kind_or_refused(kind, value, good):
    assert (value_fault(kind, value) == "") is good


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded", "up"),
    [(0, 3, 0, 0), (1, 2, 1, 1), (1, 3, 0, 1), (5, 10, 1, 1), (49, 100, 0, 1), (7, 7, 1, 1)],
)
def test_roundings(numerator, denominator, rounded, up):
    assert half_up(numerator, denominator) == rounded
    assert ceiling(numerator, denominator) == up


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [("0", 0, 0), ("1.50", 2, 150), ("1.5", 2, 150), ("28800.00", 0, 28800), ("0.001", 4, 10)],
)
def test_decimal_text_is_read_exactly(text, scale, value):
    assert parse_decimal(text, scale) == value
    assert parse_decimal(format_decimal(value, scale), scale) == value


@pytest.mark.parametrize(
    "text", ["", "01", ".5", "1.", "+1", "-1", "1e3", "1 ", "1\n", "1_0", "１"]
)
def test_what_is_not_plain_decimal_text_is_refused(text):
    with pytest.raises(ValueError, match="not plain"):
        parse_decimal(text, 9)


def test_more_decimals_than_the_scale_are_refused_but_zeros_are_not_counted():
    assert parse_decimal("1.2300", 2) == 123
    with pytest.raises(ValueError, match="too many"):
        parse_decimal("1.2301", 2)
    assert (decimals("1.2300"), decimals("1"), decimals("1.000")) == (2, 0, 0)


def test_what_lies_below_zero_is_written_with_its_sign():
    assert [format_decimal(n, 2) for n in (-5, -150, 5, 0)] == ["-0.05", "-1.50", "0.05", "0.00"]


def test_a_formula_that_cannot_be_read_is_refused_with_its_line():
    wrong = rule("carbon.x.formula.y", K.FORMULA, "input a t 0", "result = floor(a + z, 0)")
    assert refused(wrong) == "line 2: 'z' is no number declared before"
