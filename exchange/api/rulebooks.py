"""The rules activated on a ledger, from the database back into the core's form."""

from typing import Any

from sqlalchemy import Row, select

from exchange.api.edge import Edge
from exchange.core.rules import Rule, RuleBook, RuleKind
from exchange.core.types import Day
from exchange.storage.tables import rules


async def rulebook_on(edge: Edge, ledger: str, day: Day) -> RuleBook:
    """Return a ledger's rulebook as it stands on a day. Raises: NotFound, Unavailable."""
    query = select(rules).where(rules.c.ledger == edge.ledger_number(ledger))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(rules.c.rule_id, rules.c.version))).all()
    book = RuleBook(ledger)
    book.activate(tuple(rule_of(row) for row in rows))
    book.set_today(day)
    return book


def rule_of(row: Row[Any]) -> Rule:
    return Rule(
        row.rule_id,
        row.version,
        RuleKind(row.kind),
        tuple(row.value),
        row.unit,
        Day(row.valid_from),
        None if row.valid_to is None else Day(row.valid_to),
        row.title_zh,
        row.title_en,
        row.source,
        row.evidence,
    )
