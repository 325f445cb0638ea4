"""Markets with projects under budgets and targets of places, and short ways to say their acts."""

import msgspec

from exchange.core.budgets.commands import (
    AdjustBudget,
    CloseProject,
    CoverObligation,
    ListPriority,
    RecordUse,
    RegisterProject,
    SetIndicator,
    StartProject,
)
from exchange.core.rules import RuleKind
from exchange.core.totals.commands import SetAside
from exchange.core.types import AccountType
from tests.support.builders import Market, issuing, plan, rule

REGION, BAOTOU, ORDOS = "150000", "150200", "150600"
HENAN = (("coal", "0"), ("B", "0.3"), ("C", "1.2"), ("average", "0.8"))
NEW = RegisterProject(
    1, 1, BAOTOU, "ALU-1", 100_000, 0, 0, 12_000, True, HENAN, "", "approval of the project"
)
OLD = msgspec.structs.replace(NEW, code="STEEL-1", new=False, inputs=())
COVER, START = CoverObligation(1, 1, 45_000), StartProject(1, 1)
USE, LIST, CLOSE = RecordUse(1, 60_000, 0, 0, "report"), ListPriority(1, True, "list"), CloseProject
GIVEN = plan(("a", 1, 50_000), ("b", 2, 10_000), ledger="energy")


def league() -> Market:
    """Energy use of the region: Baotou may use 400,000 tce, Ordos 300,000.

    1 and 3 are of Baotou, 2 of Ordos, 4 is the operator. 1 and 2 hold units since the plan.
    """
    m = Market("energy")
    m.define("TCE26", "ENERGY")
    for member, region in ((1, BAOTOU), (2, ORDOS), (3, BAOTOU)):
        m.admit(member, region=region)
        m.deposit(member, "10000000.00")
    m.admit(4, AccountType.OPERATOR, region=BAOTOU)
    m.total(1_000_000, REGION)
    m.total(400_000, BAOTOU)
    m.total(300_000, ORDOS)
    m.publish(GIVEN)
    m.advance("2026-03-10 09:35")
    m.agreed(issuing(GIVEN))
    m.list("100.00")
    return m


def registered(**changes) -> Market:
    """Project 1 of member 1, a new one: 100,000 tce, of which it must cover 45,000."""
    m = league()
    m.agreed(msgspec.structs.replace(NEW, **changes))
    return m


def started() -> Market:
    m = registered()
    m.do(COVER)
    m.do(START)
    return m


def existing() -> Market:
    """Project 1 of member 1 was there before there were budgets; it has started."""
    m = league()
    m.agreed(OLD)
    m.do(START)
    return m


def closed() -> Market:
    m = existing()
    m.agreed(CloseProject(1, "closed"))
    return m


def saved() -> Market:
    """Baotou has set 500 aside; project 1 is on no list."""
    m = existing()
    m.agreed(SetAside(1, BAOTOU, "saved", 500, "saved"))
    return m


def paying() -> Market:
    """Project 1 of Ordos must pay by the price of Shizuishan: 150 x 0.3 x 5 / 4.48 a tce."""
    m = league()
    name = "energy.budgets.obligation_method"
    m.activate(rule(f"{name}.{ORDOS}", RuleKind.NAMES, "shizuishan_price"))
    m.agreed(
        msgspec.structs.replace(
            NEW,
            participant_id=2,
            place=ORDOS,
            energy=1_000,
            inputs=(("A", "0.3"), ("B", "5")),
        )
    )
    return m


def report(place: str = ORDOS, value: int = 101, **changes) -> SetIndicator:
    """A binding target of 100, of which `value` is reached."""
    sound = SetIndicator(
        "ENERGY", place, "total", "2026", True, 100, value, 0, "tce", "statistics", "report"
    )
    return msgspec.structs.replace(sound, **changes)


def red(place: str = ORDOS) -> Market:
    m = league()
    m.agreed(report(place))
    return m


def adjust(change: int, pot: str = "") -> AdjustBudget:
    return AdjustBudget(1, change, pot, "change")
