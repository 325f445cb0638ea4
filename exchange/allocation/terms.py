"""What a plan calculates by, from the rulebook as it was activated on its ledger."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.allocation.calculation import FIXED, Terms
from exchange.allocation.sheets import Member
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.rulebooks import rulebook_on
from exchange.core.rules import RuleRef
from exchange.core.types import AccountType, Day
from exchange.ids import PARTICIPANT, numbered
from exchange.storage.tables import admissions
from exchange.storage.tables_back_office import participants


async def terms_of(edge: Edge, plan: Row[Any], asset: AssetFacts) -> Terms:
    day = Day(plan.rules_on)
    book = await rulebook_on(edge, asset.ledger, day)
    return Terms(
        asset.ledger,
        RuleRef(plan.method, plan.method_version),
        tuple(book.versions()),
        day,
        plan.activity_year,
        asset.scale,
    )


def is_fixed(plan: Row[Any]) -> bool:
    """Tell whether a plan's rows name their quantities themselves."""
    method: str = plan.method
    return method.endswith(f".{FIXED}")


async def members_of(connection: AsyncConnection, ledger: int) -> dict[str, Member]:
    """Return who may hold units of a ledger, by number and by credit code."""
    same = participants.c.participant_id == admissions.c.participant_id
    query = (
        select(
            participants.c.participant_id,
            participants.c.unified_social_credit_code,
            admissions.c.region,
        )
        .join_from(admissions, participants, same)
        .where(
            admissions.c.ledger == ledger,
            admissions.c.account_type != AccountType.OPERATOR.value,
        )
    )
    found: dict[str, Member] = {}
    for number, credit_code, region in await connection.execute(query):
        member = Member(number, region)
        found[numbered(PARTICIPANT, number)] = member
        if credit_code:
            found[credit_code] = member
    return found
