"""Permits with their versions and renewals as views, and what they allow. Every query is scoped."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.security import ledger_numbers, sees_ledger, visible_participant
from exchange.api.tokens import Principal
from exchange.core.permits.content import PERMIT_SCALE
from exchange.core.types import Day, LockKind, Purpose
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import PARTICIPANT, PERMIT, numbered, parse_reference, reference
from exchange.storage.tables import accounts, admissions, assets, freezes
from exchange.storage.tables_permits import (
    locks,
    permit_quantities,
    permit_renewals,
    permit_versions,
    permits,
)

Found = dict[tuple[int, int], list[Any]]
"""Rows of something by ledger and permit."""


async def asset_of_account(
    edge: Edge, principal: Principal, ledger: str, account_id: int
) -> AssetFacts:
    """Return what is on an account that the principal may see. Raises: NotFound."""
    query = select(accounts.c.asset_id).where(
        accounts.c.ledger == sees_ledger(edge, principal, ledger),
        accounts.c.account_id == account_id,
    )
    own = visible_participant(principal, None)
    if own is not None:
        query = query.where(accounts.c.participant_id == own)
    async with edge.reading() as connection:
        asset_id = await connection.scalar(query)
    if asset_id is None:
        raise NotFound("account_unknown")
    return await edge.directory.asset_by_id(ledger, asset_id)


def permits_query(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select permits as they stand: one's own or, for readers, all."""
    same = and_(
        permit_versions.c.ledger == permits.c.ledger,
        permit_versions.c.permit_id == permits.c.permit_id,
        permit_versions.c.version == permits.c.version,
    )
    query = (
        select(
            permits,
            permit_versions.c.new_project,
            permit_versions.c.non_attainment,
            permit_versions.c.substitution,
            permit_versions.c.document,
        )
        .join(permit_versions, same)
        .where(permits.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    )
    own = visible_participant(principal, None)
    return query if own is None else query.where(permits.c.participant_id == own)


async def find_permit(
    edge: Edge, connection: AsyncConnection, principal: Principal, permit_id: str
) -> Row[Any]:
    """Return a permit that the principal may see. Raises: NotFound."""
    ledger, number = parse_reference(permit_id, PERMIT)
    query = permits_query(edge, principal, None).where(
        permits.c.ledger == edge.ledger_number(ledger), permits.c.permit_id == number
    )
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("permit_unknown")
    return row


async def permit_views(
    edge: Edge, connection: AsyncConnection, rows: Sequence[Row[Any]]
) -> list[dict[str, Any]]:
    """Describe permits with what they allow and the renewals that were asked for."""
    keys = [(row.ledger, row.permit_id) for row in rows]
    versions = [(row.ledger, row.permit_id, row.version) for row in rows]
    allowed, asked = permit_quantities, permit_renewals
    named = tuple_(allowed.c.ledger, allowed.c.permit_id, allowed.c.version)
    quantities = await _found(
        connection, select(allowed).where(named.in_(versions)).order_by(allowed.c.kind)
    )
    of_permit = tuple_(asked.c.ledger, asked.c.permit_id)
    renewals = await _found(
        connection, select(asked).where(of_permit.in_(keys)).order_by(asked.c.renewal)
    )
    return [_permit_view(edge, row, quantities, renewals) for row in rows]


async def _found(connection: AsyncConnection, query: Select[Any]) -> Found:
    found: Found = {}
    for row in await connection.execute(query):
        found.setdefault((row.ledger, row.permit_id), []).append(row)
    return found


def _permit_view(edge: Edge, row: Row[Any], quantities: Found, renewals: Found) -> dict[str, Any]:
    ledger, key = edge.ledger_code(row.ledger), (row.ledger, row.permit_id)
    return {
        "permit_id": reference(ledger, PERMIT, row.permit_id),
        "ledger": ledger,
        "number": row.number,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "version": row.version,
        "status": "expired" if row.expired else "valid",
        "valid_from": format_day(row.valid_from),
        "valid_to": format_day(row.valid_to),
        "days_left": row.valid_to - edge.today(),
        "quantities": [_quantity(each.kind, each.quantity) for each in quantities.get(key, ())],
        "new_project": row.new_project,
        "non_attainment": row.non_attainment,
        "substitution": [
            _quantity(kind, quantity) | {"source": source}
            for kind, quantity, source in json.loads(row.substitution)
        ],
        "renewals": [_renewal_view(each) for each in renewals.get(key, ())],
        "document": row.document,
        "sequence": row.updated_seq,
    }


def _renewal_view(row: Row[Any]) -> dict[str, Any]:
    status = {None: "requested", True: "granted", False: "refused"}[row.granted]
    return {
        "renewal": row.renewal,
        "quantities": [_quantity(*each) for each in json.loads(row.quantities)],
        "requested_on": format_day(row.requested_on),
        "status": status,
        "document": row.document,
        "sequence": row.requested_seq,
        "decided_sequence": row.decided_seq,
    }


def _quantity(kind: str, quantity: int) -> dict[str, str]:
    return {"kind": kind, "quantity": format_decimal(quantity, PERMIT_SCALE)}


def usable_query(day: Day) -> Select[Any]:
    """Select holdings with what is withheld from use and what permits of the holder allow."""
    frozen = select(func.coalesce(func.sum(freezes.c.quantity), 0)).where(
        freezes.c.ledger == accounts.c.ledger,
        freezes.c.account_id == accounts.c.account_id,
        freezes.c.released_seq.is_(None),
    )
    locked = select(func.coalesce(func.sum(locks.c.remaining), 0)).where(
        locks.c.ledger == accounts.c.ledger,
        locks.c.account_id == accounts.c.account_id,
        locks.c.kind.in_((LockKind.PERMIT, LockKind.SUSPENDED)),
    )
    permitted = (
        select(func.coalesce(func.sum(permit_quantities.c.quantity), 0))
        .select_from(permits)
        .join(
            permit_quantities,
            and_(
                permit_quantities.c.ledger == permits.c.ledger,
                permit_quantities.c.permit_id == permits.c.permit_id,
                permit_quantities.c.version == permits.c.version,
            ),
        )
        .where(
            permits.c.ledger == accounts.c.ledger,
            permits.c.participant_id == accounts.c.participant_id,
            permits.c.valid_from <= day,
            permits.c.valid_to >= day,
            permit_quantities.c.kind == assets.c.kind,
        )
    )
    asset = and_(assets.c.ledger == accounts.c.ledger, assets.c.asset_id == accounts.c.asset_id)
    member = and_(
        admissions.c.ledger == accounts.c.ledger,
        admissions.c.participant_id == accounts.c.participant_id,
    )
    return (
        select(
            accounts,
            admissions.c.account_type,
            (frozen.scalar_subquery() + locked.scalar_subquery()).label("withheld"),
            permitted.scalar_subquery().label("permitted"),
        )
        .join(assets, asset)
        .join(admissions, member)
        .where(accounts.c.purpose == Purpose.HOLDING)
        .order_by(accounts.c.ledger, accounts.c.account_id)
    )
