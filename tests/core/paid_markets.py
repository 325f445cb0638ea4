"""Markets with fee schedules, contracts and invoices, and short ways to say their commands."""

import msgspec

from exchange.core.paid_use.commands import (
    AcceptContract,
    EndFeeSchedule,
    OfferContract,
    PayInvoice,
    RecallContract,
    RefundContract,
    SetFeeSchedule,
)
from exchange.core.paid_use.state import Contract
from exchange.core.rules import RuleKind, read_day
from exchange.core.totals import pots
from exchange.core.types import AccountType, Day, Pot, Purpose
from tests.support.builders import Market, rule

BAOTOU, REGION, HENAN, LISHUI = "150200", "150000", "410100", "331100"
TONNE = 1_000
"""Smallest units of a tonne of the asset."""


def day(text: str) -> Day:
    return read_day(text) if text else Day(0)


def priced(root: str = "", start: str = "2026-03-02 09:35", kind: str = "SO2") -> Market:
    """1 and 2 of Baotou, 3 of Henan, 4 of Lishui, 5 the operator; 1,000 t may be given out."""
    built = Market("emission", start=start)
    built.define(f"{kind}-26", kind, scale=3)
    for number, region in ((1, BAOTOU), (2, BAOTOU), (3, HENAN), (4, LISHUI)):
        built.admit(number, region=region)
        built.deposit(number, "1000000.00")
    built.admit(5, AccountType.OPERATOR, region=BAOTOU)
    built.total(1_000 * TONNE, root)
    return built


def schedule(yuan: str = "600", **changes) -> SetFeeSchedule:
    """A schedule for SO2 in the region, from the first day of the market on."""
    fen = round(float(yuan) * 10_000)
    one = SetFeeSchedule("SO2", REGION, fen, day("2026-03-02"), Day(0), "notice")
    return msgspec.structs.replace(one, **changes)


def ending(last: str, number: int = 1) -> EndFeeSchedule:
    return EndFeeSchedule(number, day(last), "notice")


def offering(tonnes: int = 100, member: int = 1, **changes) -> OfferContract:
    until = changes.pop("until", "2026-03-31")
    one = OfferContract(member, 1, tonnes * TONNE, 5, "", day(until), "contract")
    return msgspec.structs.replace(one, **changes)


def accepting(first: int = 0, parts: int = 0, member: int = 1, contract: int = 1) -> AcceptContract:
    return AcceptContract(member, contract, first, parts)


def paying(invoice: int = 1, member: int = 1) -> PayInvoice:
    return PayInvoice(member, invoice)


def recalling(contract: int = 1) -> RecallContract:
    return RecallContract(contract, "recall")


def refunding(tonnes: int = 100, contract: int = 1) -> RefundContract:
    return RefundContract(contract, tonnes * TONNE, "refund")


def offered(tonnes: int = 100, member: int = 1, **changes) -> Market:
    """Contract 1: 100 t of SO2 for five years at 500 yuan, 250,000 yuan."""
    built = priced()
    built.agreed(offering(tonnes, member, **changes))
    return built


def scheduled(**changes) -> Market:
    """600 yuan in the region, from today on."""
    built = priced()
    built.agreed(schedule(**changes))
    return built


def unpriced() -> Market:
    """Asset 1 is of a kind without a standard, asset 2 has no total."""
    built = priced(kind="VOC")
    built.define("SO2-27", "SO2", scale=3)
    return built


def abroad(exempt: bool = False) -> Market:
    """Only the region has a total; 1 was offered 100 t there, perhaps for nothing, and left."""
    built = priced(REGION)
    if exempt:
        rule_id = "emission.paid_use.exempt_up_to"
        built.activate(rule(rule_id, RuleKind.DECIMAL, "250000"))
    built.agreed(offering())
    if not exempt:
        built.do(accepting())
    built.admit(1, region="310000")
    return built


def penniless() -> Market:
    """1 has a fen too little to pay its first instalment."""
    built = accepted()
    other = built.cash(2)
    built.transfer(1, (built.cash(1), other, 90_000_001, 0))
    return built


def sold() -> Market:
    """1 and 2 have paid at once; 1 gave 40 of its 100 t to 2."""
    built = paid_up()
    built.agreed(offering(1, 2))
    built.do(accepting(member=2, contract=2))
    built.do(paying(2, 2))
    built.transfer(1, (built.holding(1), built.holding(2), 40 * TONNE, 1))
    return built


def accepted() -> Market:
    """40 % first and the rest in four years."""
    built = offered()
    built.do(accepting(10_000_000, 4))
    return built


def running() -> Market:
    """The first instalment is paid: 1 holds the 100 t. The next is due on 2027-03-02."""
    built = accepted()
    built.do(paying())
    return built


def paid_up() -> Market:
    """Paid at once."""
    built = offered()
    built.do(accepting())
    built.do(paying())
    return built


def suspended() -> Market:
    built = running()
    built.advance("2027-04-05 09:35")
    return built


def recalled() -> Market:
    built = running()
    built.advance("2027-09-01 09:35")
    built.agreed(recalling())
    return built


def contract(built: Market, number: int = 1) -> Contract:
    return built.venue.state.paid_use.contracts[number]


def pot(built: Market, place: str = "") -> int:
    """What is in the pot `paid` of a place."""
    account = pots.find(built.venue.state, 1, place, Pot.PAID)
    return 0 if account is None else account.posted


def only(events, kind):
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def in_treasury(m: Market) -> int:
    return m.house(Purpose.TREASURY).posted
