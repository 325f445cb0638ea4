"""Drafts, their publication and what was issued, as rows and as views."""

from typing import Any, Final

import msgspec
from sqlalchemy import Row, Select, and_, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.allocation.calculation import Fault
from exchange.api.amounts import format_day
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.core.allocation.content import PlanContent, PlanRow
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.types import AssetId, Day, ParticipantId, PlanId, Role
from exchange.core.units import format_decimal
from exchange.errors import NotFound, Unprocessable
from exchange.ids import ACCOUNT, LOT, PARTICIPANT, PLAN, numbered, parse_numbered, reference
from exchange.storage.tables import rules
from exchange.storage.tables_after_issue import deduction_uses
from exchange.storage.tables_allocation import allocation_entries, plans
from exchange.storage.tables_back_office import (
    allocation_drafts,
    allocation_rows,
    published_rows,
)

MONEY: Final = "yuan"
"""Unit of a formula that says what is to be paid."""

_PUBLISHED = (
    plans.c.version.label("published_version"),
    plans.c.content_hash,
    plans.c.entities,
    plans.c.quantity,
    plans.c.objections_until,
    plans.c.document.label("published_document"),
    plans.c.published_seq,
    plans.c.issued_seq,
)


def plans_query(edge: Edge, principal: Principal) -> Select[Any]:
    """Select plans with their publication; only a regulator sees what is not published yet."""
    numbers = [
        ledger.number
        for ledger in edge.ledgers.values()
        if not principal.ledgers or ledger.code in principal.ledgers
    ]
    same = and_(
        plans.c.ledger == allocation_drafts.c.ledger_number,
        plans.c.plan_id == allocation_drafts.c.plan_id,
    )
    hidden = principal.role is not Role.REGULATOR
    return (
        select(allocation_drafts, *_PUBLISHED)
        .join(plans, same, isouter=not hidden)
        .where(allocation_drafts.c.ledger_number.in_(numbers))
    )


async def find_plan(
    edge: Edge, connection: AsyncConnection, principal: Principal, plan_id: str
) -> Row[Any]:
    """Return a plan that the principal may see. Raises: NotFound."""
    number = parse_numbered(plan_id, PLAN)
    query = plans_query(edge, principal).where(allocation_drafts.c.plan_id == number)
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("plan_unknown")
    return row


async def asset_of(edge: Edge, row: Row[Any]) -> AssetFacts:
    return await edge.directory.asset_by_id(edge.ledger_code(row.ledger_number), row.asset_id)


async def plan_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset = await asset_of(edge, row)
    status = "draft"
    if row.published_seq is not None:
        status = "published" if row.issued_seq is None else "issued"
    return {
        "plan_id": numbered(PLAN, row.plan_id),
        "ledger": asset.ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "method": {"id": row.method, "version": row.method_version},
        "vintage": row.vintage,
        "region": row.region,
        "basin": row.basin,
        "valid_from": format_day(row.valid_from) if row.valid_from else None,
        "valid_to": format_day(row.valid_to) if row.valid_to else None,
        "pot": row.pot,
        "series": numbered(PLAN, row.series) if row.series else None,
        "phase": row.phase or None,
        "activity_year": row.activity_year or None,
        "rules_on": format_day(row.rules_on),
        "use": row.use,
        "document": row.document,
        "status": status,
        "version": row.version,
        "publication": _publication(asset, row),
    }


def _publication(asset: AssetFacts, row: Row[Any]) -> dict[str, Any] | None:
    if row.published_seq is None:
        return None
    return {
        "version": row.published_version,
        "content_hash": row.content_hash.hex(),
        "entities": row.entities,
        "quantity": format_decimal(row.quantity, asset.scale),
        "objections_until": format_day(row.objections_until),
        "document": row.published_document,
        "sequence": row.published_seq,
        "issued_sequence": row.issued_seq,
    }


def row_view(asset: AssetFacts, row: Row[Any]) -> dict[str, Any]:
    fault = row.fault and fault_view(msgspec.json.decode(row.fault, type=Fault))
    return {
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "quantity": None if row.quantity is None else format_decimal(row.quantity, asset.scale),
        "year": row.year,
        "inputs": row.inputs and msgspec.json.decode(row.inputs),
        "trace_hash": row.trace_hash and row.trace_hash.hex(),
        "fault": fault,
    }


def fault_view(fault: Fault) -> dict[str, Any]:
    rule = fault.rule
    return {
        "row": fault.row or None,
        "entity": fault.entity or None,
        "column": fault.column or None,
        "code": fault.code,
        "detail": fault.detail,
        "rule": None if rule is None else {"id": rule.rule_id, "version": rule.version},
        "figures": fault.figures,
    }


def entries_query(plan: Row[Any], own: int | None) -> Select[Any]:
    """Select the entries of an issued plan, of one participant or of all, with what was cut."""
    entry, uses = allocation_entries.c, deduction_uses.c
    cut = (
        select(func.coalesce(func.sum(uses.quantity), 0))
        .where(uses.ledger == entry.ledger, uses.seq == entry.seq, uses.entity == entry.entity)
        .scalar_subquery()
    )
    query = select(allocation_entries, cut.label("deducted")).where(
        entry.ledger == plan.ledger_number, entry.plan_id == plan.plan_id
    )
    return query if own is None else query.where(entry.participant_id == own)


def entry_view(asset: AssetFacts, row: Row[Any]) -> dict[str, Any]:
    cut = int(row.deducted)
    return {
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "gross": format_decimal(row.quantity + cut, asset.scale),
        "deducted": format_decimal(cut, asset.scale),
        "quantity": format_decimal(row.quantity, asset.scale),
        "plan_id": numbered(PLAN, row.plan_id),
        "account_id": reference(asset.ledger, ACCOUNT, row.account_id),
        "lot_id": reference(asset.ledger, LOT, row.lot_id) if row.lot_id else None,
        "place": row.place,
        "sequence": row.seq,
    }


async def method_in_force(connection: AsyncConnection, ledger: int, rule_id: str, day: Day) -> int:
    """Return the version of a formula that is in force on a day.

    Raises: Unprocessable `rule_missing`, or `plan_method_unfit` when it comes to money.
    """
    query = (
        select(rules.c.version, rules.c.unit)
        .where(
            rules.c.ledger == ledger,
            rules.c.rule_id == rule_id,
            rules.c.kind == RuleKind.FORMULA.value,
            rules.c.valid_from <= day,
            rules.c.valid_to.is_(None) | (rules.c.valid_to >= day),
        )
        .order_by(rules.c.version.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).first()
    if found is None:
        raise Unprocessable("rule_missing", "there is no such method on this ledger on this day")
    if found.unit == MONEY:
        raise Unprocessable("plan_method_unfit")
    version: int = found.version
    return version


async def content_of(connection: AsyncConnection, plan_id: int) -> PlanContent:
    """Return the content of a draft as it stands; its rows cannot change meanwhile.

    A row that gives nothing yet counts as nothing: only a version without one is published.
    """
    query = select(allocation_drafts).where(allocation_drafts.c.plan_id == plan_id)
    draft = (await connection.execute(query.with_for_update(read=True))).one()
    row = allocation_rows.c
    rows = await connection.execute(
        select(row.entity, row.participant_id, row.quantity, row.trace_hash)
        .where(row.plan_id == plan_id)
        .order_by(row.entity.collate("C"))
    )
    return PlanContent(
        PlanId(plan_id),
        draft.version,
        AssetId(draft.asset_id),
        RuleRef(draft.method, draft.method_version),
        draft.vintage,
        draft.region,
        draft.basin,
        Day(draft.valid_from),
        Day(draft.valid_to),
        tuple(
            PlanRow(entity, ParticipantId(participant_id), quantity or 0, trace_hash or b"")
            for entity, participant_id, quantity, trace_hash in rows
        ),
        draft.pot,
        draft.use,
        PlanId(draft.series),
        draft.phase,
    )


async def must_be_calculated(connection: AsyncConnection, plan_id: int) -> None:
    """Raises: Unprocessable when a row has a fault, or was not calculated."""
    row = allocation_rows.c
    unfit = select(row.entity, row.fault).where(row.plan_id == plan_id, row.quantity.is_(None))
    found = (await connection.execute(unfit.order_by(row.fault.is_(None), row.entity))).all()
    if not found:
        return
    first = found[0]
    figures = {"rows": str(len(found)), "entity": first.entity}
    if first.fault is None:
        problem = Unprocessable("plan_not_calculated")
    else:
        problem = Unprocessable("plan_has_row_errors")
        fault = msgspec.json.decode(first.fault, type=Fault)
        figures |= {"rows": str(sum(1 for one in found if one.fault)), "code": fault.code}
        problem.rule = fault.rule
    problem.figures = figures
    raise problem


async def keep_published(connection: AsyncConnection, plan_id: int, version: int) -> None:
    """Keep the rows of a version, which never change again. Once kept, they stay."""
    names = [column.name for column in published_rows.c if column.name != "version"]
    rows = select(
        literal(version).label("version"), *(allocation_rows.c[name] for name in names)
    ).where(allocation_rows.c.plan_id == plan_id)
    made = insert(published_rows).from_select(["version", *names], rows)
    await connection.execute(made.on_conflict_do_nothing())
