"""Markets after an issue: true-ups, claims, deductions; and short ways to say them."""

from exchange.core.after_issue.commands import (
    BorrowAllowances,
    CloseEntity,
    PublishTrueUp,
    RegisterDeduction,
    SettleClaim,
    TrueUpAllocation,
)
from exchange.core.after_issue.state import Ground
from exchange.core.allocation.content import PlanContent, content_hash, encode_content
from exchange.core.rules import read_day
from tests.core.allocation_markets import BAOTOU, DAY, ORDOS, REGION, issued, ledger
from tests.support.builders import Market, issuing, plan

LATER = "2026-03-18 09:35"


def final(*rows: tuple[str, int, int], plan_id: int = 2, phase: int = 2, **changes) -> PlanContent:
    """A true-up of plan 1."""
    return plan(*rows, plan_id=plan_id, series=changes.pop("series", 1), phase=phase, **changes)


def publishing(content: PlanContent, until: str = "2026-03-17", **changes) -> PublishTrueUp:
    terms = {
        "plan_id": content.plan_id,
        "version": content.version,
        "asset_id": content.asset_id,
        "content_hash": content_hash(encode_content(content)),
        "entities": len(content.rows),
        "quantity": sum(row.quantity for row in content.rows),
        "objections_until": read_day(until),
        "document": "true-up",
        "series": content.series,
        "phase": content.phase,
    }
    return PublishTrueUp(**terms | changes)


def truing_up(content: PlanContent) -> TrueUpAllocation:
    return TrueUpAllocation(content.plan_id, encode_content(content), "true-up")


def due(content: PlanContent, built: Market | None = None) -> Market:
    """Plan 1 gave `a` of member 1 400 and `b` of member 2 300; a true-up of it can be done."""
    built = built or issued()
    built.do(publishing(content))
    built.advance(LATER)
    return built


def trued_up(content: PlanContent, built: Market | None = None) -> Market:
    built = due(content, built)
    built.agreed(truing_up(content))
    return built


def sold(quantity: int = 350, *, listed: bool = True) -> Market:
    """Member 1 has sold some of its 400 to member 2."""
    built = issued()
    if listed:
        built.list("48.00")
    built.deposit(1, "1000000.00")
    built.deposit(2, "1000000.00")
    built.sell(1, f"{quantity}@48.00")
    built.buy(2, f"{quantity}@48.00")
    return built


def owing(quantity: int = 350) -> Market:
    """A true-up brought `a` to 100: what member 1 still had was taken, the rest it owes."""
    return trued_up(final(("a", 1, 100)), sold(quantity))


def deducting(quantity: int = 0, ratio: int = 0, **changes) -> RegisterDeduction:
    terms = {
        "member_id": 1,
        "entity": "",
        "asset_id": 1,
        "any_of_kind": True,
        "quantity": quantity,
        "ratio_ppm": ratio,
        "ground": Ground.SHORTFALL,
        "document": "decision",
    }
    return RegisterDeduction(**terms | changes)


def deducted(*deductions: RegisterDeduction, rows=(("a", 1, 400), ("b", 2, 300))) -> Market:
    """A plan was issued after some deductions."""
    content = plan(*rows)
    built = ledger()
    built.total(1_000, REGION)
    built.total(600, BAOTOU)
    built.total(300, ORDOS)
    for each in deductions:
        built.agreed(each)
    built.publish(content)
    built.advance("2026-03-10 09:35")
    built.agreed(issuing(content))
    return built


def closing(entity: str = "a", months: int = 7, pot: str = "adjustment", **changes) -> CloseEntity:
    terms = {
        "plan_id": 1,
        "entity": entity,
        "closed_on": DAY,
        "months_run": months,
        "pot": pot,
        "document": "closed",
    }
    return CloseEntity(**terms | changes)


def borrowing(quantity: int = 60_000, allocated: int = 880_000, **changes) -> BorrowAllowances:
    terms = {
        "member_id": 1,
        "entity": "a",
        "asset_id": 1,
        "due": 1_000_000,
        "allocated": allocated,
        "quantity": quantity,
        "vintage": "2023",
        "document": "borrowed",
    }
    return BorrowAllowances(**terms | changes)


def cleaning() -> Market:
    """The time of the plan for 2021 and 2022: the region has 900,000 of what comes next."""
    built = Market(start="2023-08-01 09:35")
    built.define("CEA23")
    built.admit(1, region=BAOTOU)
    built.total(900_000, REGION)
    return built


SETTLE = SettleClaim(1, 1)
