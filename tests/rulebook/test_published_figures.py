"""The data that ships: every ledger is complete, and published figures stand as published."""

from datetime import date
from decimal import Decimal

import pytest

from exchange.core.rules import Rule, RuleBook, RuleKind
from exchange.core.types import AccountType
from exchange.rulebook.loader import LedgerDefinition, day_of, list_ledgers, load_rules

LEDGERS = tuple(ledger.code for ledger in list_ledgers())

REQUIRED = {
    "trading.price_tick": RuleKind.DECIMAL,
    "trading.quantity_step": RuleKind.DECIMAL,
    "trading.quantity_min": RuleKind.DECIMAL,
    "trading.quantity_max": RuleKind.DECIMAL,
    "trading.band": RuleKind.RATIO,
    "trading.band_rounding": RuleKind.TEXT,
    "trading.hours": RuleKind.HOURS,
    "trading.weekdays": RuleKind.NAMES,
    "trading.closures.2025": RuleKind.DATES,
    "trading.closures.2026": RuleKind.DATES,
    "trading.reference_price": RuleKind.TEXT,
    "trading.close_price": RuleKind.NAMES,
    "trading.self_trade": RuleKind.FLAG,
    "settlement.sell_back_days": RuleKind.INTEGER,
    "settlement.prefunding": RuleKind.FLAG,
    "settlement.consideration_rounding": RuleKind.TEXT,
    "fees.buyer": RuleKind.RATIO,
    "fees.seller": RuleKind.RATIO,
    "fees.rounding": RuleKind.TEXT,
    "eligibility.account_types": RuleKind.NAMES,
    "eligibility.geography": RuleKind.NAMES,
    "eligibility.staff_may_not_trade": RuleKind.FLAG,
    "idempotency.retention_hours": RuleKind.INTEGER,
}
ASSET_KINDS = {
    "carbon": ("CEA",),
    "emission": ("SO2", "NOX", "COD", "NH3N"),
    "energy": ("TCE",),
    "water": ("WATER",),
    "green": ("GEC",),
}


def in_force(rule_id: str, on: date, kind: str = "") -> Rule:
    """Newest version valid on a day, the more specific id first."""
    rules = load_rules(rule_id.split(".", maxsplit=1)[0])
    for name in (f"{rule_id}.{kind}", rule_id):
        valid = [
            rule
            for rule in rules
            if rule.rule_id == name
            and rule.valid_from <= day_of(on)
            and (rule.valid_to is None or day_of(on) <= rule.valid_to)
        ]
        if valid:
            return max(valid, key=lambda rule: rule.version)
    raise AssertionError(f"no {rule_id} for {kind} on {on}")


def trades_on(ledger: str, on: date) -> bool:
    weekdays = in_force(f"{ledger}.trading.weekdays", on).value
    closures = in_force(f"{ledger}.trading.closures.{on.year}", on).value
    return str(on.isoweekday()) in weekdays and on.isoformat() not in closures


def test_the_ledgers_keep_their_codes_and_numbers_and_one_is_optional() -> None:
    assert [(ledger.code, ledger.number, ledger.optional) for ledger in list_ledgers()] == [
        ("carbon", 1, False),
        ("emission", 2, False),
        ("energy", 3, False),
        ("water", 4, False),
        ("green", 5, True),
    ]


def test_what_another_body_trades_or_issues_carries_a_notice() -> None:
    noticed = {ledger.code: ledger for ledger in list_ledgers() if ledger.notice_en}
    assert list(noticed) == ["carbon", "green"]
    assert "not joined to the national platform" in noticed["green"].notice_en
    assert "national exchange" in noticed["carbon"].notice_en
    assert "第775号" in noticed["carbon"].notice_zh
    assert in_force("carbon.venue.mode", date(2026, 1, 5)).value == ("simulated",)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("suffix", REQUIRED)
def test_every_ledger_has_the_required_rules_for_each_of_its_assets(
    ledger: str, suffix: str
) -> None:
    for kind in ASSET_KINDS[ledger]:
        assert in_force(f"{ledger}.{suffix}", date(2026, 1, 5), kind).kind is REQUIRED[suffix]


@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_core_takes_every_rule_as_it_is_loaded(ledger: str) -> None:
    book = RuleBook(ledger)
    assert [rule.rule_id for rule in load_rules(ledger) if book.fault(rule)] == []


@pytest.mark.parametrize("ledger", LEDGERS)
def test_every_rule_of_a_ledger_says_where_it_comes_from(ledger: str) -> None:
    for rule in load_rules(ledger):
        assert rule.rule_id.startswith(f"{ledger}.")
        assert rule.source.strip()
        assert "http" not in rule.source
        if rule.evidence == "design":
            assert rule.valid_from == day_of(date(2021, 9, 17))


@pytest.mark.parametrize("ledger", list_ledgers(), ids=lambda ledger: ledger.code)
def test_prices_are_in_fen_or_tenths_of_it_and_limits_are_multiples_of_the_step(
    ledger: LedgerDefinition,
) -> None:
    on = date(2026, 1, 5)
    for kind in ASSET_KINDS[ledger.code]:

        def figure(name: str, kind: str = kind) -> Decimal:
            rule = in_force(f"{ledger.code}.trading.{name}", on, kind)
            return Decimal(rule.value[0])

        assert figure("price_tick") == Decimal("0.001" if ledger.code == "water" else "0.01")
        assert figure("quantity_min") % figure("quantity_step") == 0
        assert figure("quantity_max") % figure("quantity_step") == 0
        assert 0 < figure("quantity_step") <= figure("quantity_min") < figure("quantity_max")


@pytest.mark.parametrize("ledger", LEDGERS)
def test_account_types_are_words_of_the_core_and_never_operators_or_individuals(
    ledger: str,
) -> None:
    allowed = {
        AccountType(word)
        for word in in_force(f"{ledger}.eligibility.account_types", date(2026, 1, 5)).value
    }
    assert AccountType.COMPLIANCE_ENTITY in allowed
    assert not allowed & {AccountType.OPERATOR, AccountType.INDIVIDUAL}


@pytest.mark.parametrize(
    ("rule_id", "value", "since"),
    [
        ("carbon.trading.band", ("0.10",), date(2021, 6, 22)),
        ("carbon.trading.hours", ("09:30-11:30", "13:00-15:00"), date(2021, 6, 22)),
        ("carbon.trading.quantity_max", ("99999",), date(2021, 6, 22)),
        ("carbon.trading.price_tick", ("0.01",), date(2021, 5, 14)),
        ("carbon.trading.quantity_step", ("1",), date(2021, 5, 14)),
        ("carbon.settlement.sell_back_days", ("1",), date(2021, 5, 14)),
    ],
)
def test_carbon_has_the_published_figures(
    rule_id: str, value: tuple[str, ...], since: date
) -> None:
    rule = in_force(rule_id, date(2021, 7, 16))
    assert rule.value == value
    assert rule.evidence == "published"
    assert rule.valid_from == day_of(since)


def test_staff_are_barred_by_law_from_the_day_the_carbon_regulation_is_in_force() -> None:
    rule_id = "carbon.eligibility.staff_may_not_trade"
    assert in_force(rule_id, date(2024, 4, 30)).evidence == "design"
    assert in_force(rule_id, date(2024, 5, 1)).evidence == "law"


@pytest.mark.parametrize(
    ("kind", "step", "place", "separate"),
    [
        ("SO2", "0.001", "region", ("agriculture", "thermal_power")),
        ("NOX", "0.001", "region", ("agriculture", "thermal_power")),
        ("COD", "0.001", "basin", ("agriculture",)),
        ("NH3N", "0.0001", "basin", ("agriculture",)),
    ],
)
def test_a_pollutant_has_its_step_its_place_and_its_separate_sectors(
    kind: str, step: str, place: str, separate: tuple[str, ...]
) -> None:
    on = date(2026, 1, 5)
    assert in_force("emission.trading.quantity_step", on, kind).value == (step,)
    assert in_force("emission.eligibility.geography", on, kind).value == (place,)
    assert in_force("emission.eligibility.sector_separation", on, kind).value == separate


def test_a_pollutant_without_its_own_rule_is_bound_by_place_and_basin() -> None:
    rule = in_force("emission.eligibility.geography", date(2026, 1, 5), "VOC")
    assert rule.value == ("region", "basin")


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize(
    ("day", "trades"),
    [
        ("2025-12-31", True),
        ("2026-01-02", False),  # Friday of the New Year holiday
        ("2026-01-04", False),  # Sunday, make-up working day
        ("2026-01-05", True),
        ("2026-02-13", True),
        ("2026-02-14", False),  # Saturday, make-up working day
        ("2026-02-16", False),  # Spring Festival
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", False),  # Saturday, make-up working day
        ("2026-05-09", False),  # Saturday, make-up working day
        ("2026-09-20", False),  # Sunday, make-up working day
        ("2026-10-07", False),  # National Day week
        ("2026-10-08", True),
        ("2026-10-10", False),  # Saturday, make-up working day
        ("2025-01-26", False),  # Sunday, make-up working day
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-10-08", False),
    ],
)
def test_trading_days_leave_out_holidays_and_make_up_weekends(
    ledger: str, day: str, trades: bool
) -> None:
    assert trades_on(ledger, date.fromisoformat(day)) is trades


def test_the_closures_of_2026_are_the_33_days_of_the_notice() -> None:
    closures = in_force("carbon.trading.closures.2026", date(2026, 1, 1)).value
    assert len(closures) == 3 + 9 + 3 + 5 + 3 + 3 + 7


def test_the_closures_of_2025_are_the_28_days_of_the_notice() -> None:
    closures = in_force("carbon.trading.closures.2025", date(2025, 1, 1)).value
    assert len(closures) == 1 + 8 + 3 + 5 + 3 + 8
