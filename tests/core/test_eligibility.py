"""Who may trade and hold what: league, basin, sector, kind of member. Domain case 29."""

import pytest

from exchange.core.commands import PlaceOrder
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind
from exchange.core.types import AccountType
from matching import Side
from tests.support.builders import Market, carbon_market, order, rule

BAOTOU, ORDOS = "150200", "150600"
YELLOW, LIAO = "yellow_river", "liao_river"
R = RejectReason
SO2, SO2_POWER, COD, COD_FARM = 1, 2, 3, 4
T = AccountType


def emission() -> Market:
    """SO2 of Baotou for all and for power plants; COD of the Yellow River, for all and farms."""
    m = Market("emission")
    m.define("SO2-BT", "SO2", scale=3, region=BAOTOU)
    m.define("COD-YR", "COD", scale=3, basin=YELLOW)
    m.list("1000.00", 1, code="SO2")
    m.list("1000.00", 1, code="SO2-POWER", sector="thermal_power")
    m.list("1000.00", 2, code="COD")
    m.list("1000.00", 2, code="COD-FARM", sector="agriculture")
    return m


def refusal_of(m: Market, participant_id: int, instrument: int):
    m.deposit(participant_id, "100000.00")
    return m.apply(order(participant_id, Side.BUY, 1000, 100_000, "", instrument)).refusal


ROWS = [
    ("Baotou cement plant buys air", BAOTOU, YELLOW, "cement", SO2, None),
    ("Ordos cement plant buys Baotou air", ORDOS, YELLOW, "cement", SO2, R.REGION_NOT_ELIGIBLE),
    ("Baotou power plant, power market", BAOTOU, YELLOW, "thermal_power", SO2_POWER, None),
    ("Baotou power plant, general", BAOTOU, YELLOW, "thermal_power", SO2, R.SECTOR_NOT_ELIGIBLE),
    ("cement plant, power market", BAOTOU, YELLOW, "cement", SO2_POWER, R.SECTOR_NOT_ELIGIBLE),
    ("power plant of another league", ORDOS, "", "thermal_power", SO2, R.REGION_NOT_ELIGIBLE),
    ("paper mill on the Yellow River", ORDOS, YELLOW, "paper", COD, None),
    ("paper mill on the Liao River", BAOTOU, LIAO, "paper", COD, R.BASIN_NOT_ELIGIBLE),
    ("paper mill of no basin", BAOTOU, "", "paper", COD, R.BASIN_NOT_ELIGIBLE),
    ("power plant buys water rights", BAOTOU, YELLOW, "thermal_power", COD, None),
    ("farm buys from farms", BAOTOU, YELLOW, "agriculture", COD_FARM, None),
    ("farm buys from industry", BAOTOU, YELLOW, "agriculture", COD, R.SECTOR_NOT_ELIGIBLE),
    ("industry buys from farms", BAOTOU, YELLOW, "paper", COD_FARM, R.SECTOR_NOT_ELIGIBLE),
]


@pytest.mark.parametrize(
    ("region", "basin", "sector", "instrument", "reason"),
    [pytest.param(*row, id=name) for name, *row in ROWS],
)
def test_emission_rights_stay_in_league_basin_and_sector(region, basin, sector, instrument, reason):
    m = emission()
    m.admit(1, region=region, basin=basin, sector=sector)
    refusal = refusal_of(m, 1, instrument)
    assert (refusal and refusal.reason) is reason


def test_geography_is_cited_for_the_kind_of_right():
    m = emission()
    m.admit(1, region=ORDOS, basin=LIAO, sector="cement")
    assert refusal_of(m, 1, SO2).rule.rule_id == "emission.eligibility.geography.SO2"
    assert refusal_of(m, 1, COD).rule.rule_id == "emission.eligibility.geography.COD"


def test_an_instrument_may_be_narrower_than_its_asset():
    m = Market("emission")
    m.define("SO2", "SO2", scale=3)
    m.list("1000.00", code="SO2-BT", region=BAOTOU)
    m.admit(1, region=ORDOS)
    m.admit(2, region=BAOTOU)
    assert refusal_of(m, 1, 1).reason is R.REGION_NOT_ELIGIBLE
    assert refusal_of(m, 2, 1) is None


@pytest.mark.parametrize(
    ("ledger", "kind", "allowed"),
    [
        ("carbon", "CEA", {T.COMPLIANCE_ENTITY, T.INSTITUTION}),
        ("emission", "SO2", {T.COMPLIANCE_ENTITY, T.GOV_RESERVE}),
        ("energy", "ENERGY", {T.COMPLIANCE_ENTITY, T.GOV_REGION}),
        ("water", "WATER", {T.COMPLIANCE_ENTITY, T.GOV_REGION, T.GOV_RESERVE, T.WUA}),
    ],
)
def test_each_ledger_takes_its_kinds_of_members(ledger, kind, allowed):
    m = Market(ledger)
    m.define("RIGHT", kind, scale=3)
    m.list("48.000" if ledger == "water" else "48.00", code="RIGHT")
    quantity, price = (1_000_000, 48_000) if ledger == "water" else (1_000, 4_800)
    accepted = set()
    for participant_id, account_type in enumerate(T, start=1):
        m.admit(participant_id, account_type)
        m.deposit(participant_id, "100000.00")
        refusal = m.apply(order(participant_id, Side.BUY, quantity, price)).refusal
        if refusal is None:
            accepted.add(account_type)
        else:
            assert refusal.reason is R.ACCOUNT_TYPE_NOT_ELIGIBLE
            assert refusal.rule.rule_id == f"{ledger}.eligibility.account_types"
    assert accepted == allowed


@pytest.mark.parametrize("account_type", [T.INDIVIDUAL, T.OPERATOR])
def test_neither_individuals_nor_staff_trade_carbon(account_type):
    m = carbon_market()
    m.admit(4, account_type)
    assert m.buy(4, "1@48.00").refusal.reason is R.ACCOUNT_TYPE_NOT_ELIGIBLE


def test_restated_facts_decide_from_then_on():
    m = emission()
    m.admit(1, region=ORDOS, sector="cement")
    assert refusal_of(m, 1, SO2).reason is R.REGION_NOT_ELIGIBLE
    m.admit(1, region=BAOTOU, sector="cement")
    assert refusal_of(m, 1, SO2) is None
    m.admit(1, T.INSTITUTION, region=BAOTOU, sector="cement")
    assert refusal_of(m, 1, SO2).reason is R.ACCOUNT_TYPE_NOT_ELIGIBLE


def test_an_amended_rule_decides_from_its_day():
    m = carbon_market()
    m.admit(4, T.INDIVIDUAL)
    m.deposit(4, "1000.00")
    types = ("compliance_entity", "institution", "individual")
    m.activate(
        rule("carbon.eligibility.account_types", RuleKind.NAMES, *types, valid_from="2026-03-03")
    )
    assert m.buy(4, "1@48.00").refusal.reason is R.ACCOUNT_TYPE_NOT_ELIGIBLE
    m.advance("2026-03-03 09:35")
    assert m.buy(4, "1@48.00").refusal is None


def test_a_right_cannot_be_given_to_one_who_could_not_buy_it():
    m = emission()
    m.authorise("100")
    for participant_id, region in ((1, BAOTOU), (2, ORDOS), (3, BAOTOU)):
        m.admit(participant_id, region=region, sector="cement")
        m.issue(participant_id, "10")
    away = m.transfer(1, (m.holding(1), m.holding(2), 1000, 0))
    assert away.refusal.reason is R.REGION_NOT_ELIGIBLE
    assert m.transfer(1, (m.holding(1), m.holding(3), 1000, 0)).refusal is None


def test_eligibility_is_checked_before_the_terms_and_the_means():
    m = emission()
    m.admit(1, region=ORDOS)
    bad: PlaceOrder = order(1, Side.BUY, -1, -1, "", SO2)
    assert m.refused(bad).reason is R.REGION_NOT_ELIGIBLE
