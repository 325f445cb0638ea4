"""Markets with a reserve of the government, and short ways to say its commands."""

from exchange.core.reserves.commands import (
    AcceptOffer,
    BuyBack,
    ReleaseSmall,
    ReleaseUnits,
    RetainUnits,
    TakeIntoReserve,
    Terms,
    WithdrawOffer,
)
from exchange.core.reserves.grounds import Recovery
from exchange.core.totals.commands import SetAside
from exchange.core.types import AccountType, Day
from tests.support.builders import Market

REGION, BAOTOU, ORDOS = "150000", "150200", "150600"
STEEL, CEMENT, RESERVE = 1, 2, 9
DAY = Day(20_514)  # 2026-03-02
FLOOR = 25_000_000
"""2,500 yuan: the fee of 500 for a tonne and year, five years. Units: 1/10000 yuan."""


def market() -> Market:
    """SO2 with totals: 1 of Baotou holds 10 t, 2 of Ordos has money, 9 is Baotou's reserve."""
    m = Market("emission")
    m.define("SO2", "SO2", scale=3)
    m.admit(STEEL, region=BAOTOU, sector="steel")
    m.admit(CEMENT, region=ORDOS, sector="cement")
    m.admit(RESERVE, AccountType.GOV_RESERVE, region=BAOTOU)
    m.authorise("20")
    m.issue(STEEL, "10")
    m.deposit(CEMENT, "1000000.00")
    m.deposit(RESERVE, "1000000.00")
    for quantity, place in ((30_000, REGION), (20_000, BAOTOU), (5_000, ORDOS)):
        m.total(quantity, place)
    return m


def retained() -> Market:
    """The reserve holds 4 t that Baotou had set aside; 1 t is still in the pot."""
    m = market()
    m.agreed(SetAside(1, BAOTOU, "government", 5_000, "retained"))
    m.agreed(retain(4_000))
    return m


def on_sale(price: int = FLOOR, party: int = 0) -> Market:
    """The reserve offers 3 t as offer 1."""
    m = retained()
    m.agreed(release(3_000, price, party))
    return m


def bid_for() -> Market:
    """The reserve would buy 2 t from 1, as offer 1."""
    m = market()
    m.agreed(buy_back(2_000))
    return m


def retain(quantity: int, place: str = BAOTOU, reserve: int = RESERVE, valid_to: int = 0):
    return RetainUnits(reserve, 1, place, quantity, Day(valid_to), "留存")


def take(quantity: int, holder: int = STEEL, ground: Recovery = Recovery.CLOSED):
    return TakeIntoReserve(RESERVE, holder, 1, quantity, ground, "关停")


def terms(quantity: int, price: int = FLOOR, days: int = 5, **changes) -> Terms:
    known = {"reserve_id": RESERVE, "asset_id": 1, "opens_on": DAY, "closes_on": Day(DAY + days)}
    return Terms(quantity=quantity, price=price, **known | changes)


def release(quantity: int, price: int = FLOOR, party: int = 0, **changes) -> ReleaseUnits:
    return ReleaseUnits(terms(quantity, price, **changes), party, "公开出让")


def small(quantity: int, price: int = FLOOR, **changes) -> ReleaseSmall:
    return ReleaseSmall(terms(quantity, price, **changes), "简易出让")


def buy_back(quantity: int, price: int = FLOOR, party: int = STEEL) -> BuyBack:
    return BuyBack(terms(quantity, price), party, "回购")


def accept(quantity: int, member: int = CEMENT, offer: int = 1) -> AcceptOffer:
    return AcceptOffer(member, offer, quantity)


def withdraw(offer: int = 1) -> WithdrawOffer:
    return WithdrawOffer(offer, "撤回")
