"""What is held, by whom, in which lots, and how it got there. Every query is scoped."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day, format_time
from exchange.api.edge import Edge
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, FREEZE, LOT, PARTICIPANT, TRANSFER, numbered, reference
from exchange.storage.tables import accounts, freezes, holdings, lots, transfers
from exchange.storage.tables_permits import locks

Rows = list[Row[Any]]


def balances_query(
    today: int, ledgers: list[int], participant_id: int | None, after: tuple[int, ...] | None
) -> Select[Any]:
    """Select accounts with what of them is not tradable yet, by ledger and number."""
    later = (
        select(func.coalesce(func.sum(holdings.c.quantity), 0))
        .where(
            holdings.c.ledger == accounts.c.ledger,
            holdings.c.account_id == accounts.c.account_id,
            holdings.c.tradable_from > today,
        )
        .scalar_subquery()
    )
    query = select(accounts, later.label("later")).where(accounts.c.ledger.in_(ledgers))
    if participant_id is not None:
        query = query.where(accounts.c.participant_id == participant_id)
    if after is not None:
        query = query.where(
            or_(
                accounts.c.ledger > after[0],
                and_(accounts.c.ledger == after[0], accounts.c.account_id > after[1]),
            )
        )
    return query.order_by(accounts.c.ledger, accounts.c.account_id)


async def balance_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    later = int(row.later)
    return {
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "purpose": row.purpose,
        "place": row.place,
        "total": format_decimal(row.posted, asset.scale),
        "held": format_decimal(row.held, asset.scale),
        "not_yet_tradable": format_decimal(later, asset.scale),
        "available": format_decimal(row.posted - row.held - later, asset.scale),
    }


async def account_owner(
    connection: AsyncConnection, ledger: int, account_id: int, own: int | None
) -> Row[Any]:
    """Return an account, if it is the participant's (None: anybody's). Raises: NotFound."""
    query = select(accounts).where(accounts.c.ledger == ledger, accounts.c.account_id == account_id)
    if own is not None:
        query = query.where(accounts.c.participant_id == own)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("account_unknown")
    return row


def lots_query(
    ledgers: list[int],
    participant_id: int | None,
    asset_id: int | None,
    after: tuple[int, ...] | None,
    expiring_before: int | None = None,
) -> Select[Any]:
    """Select what is held of each lot, by ledger, account, lot and day."""
    key = (holdings.c.ledger, holdings.c.account_id, holdings.c.lot_id, holdings.c.tradable_from)
    query = (
        select(
            *key,
            holdings.c.quantity.label("held_quantity"),
            lots.c.asset_id,
            lots.c.vintage,
            lots.c.region,
            lots.c.basin,
            lots.c.valid_from,
            lots.c.valid_to,
            lots.c.source,
        )
        .join(lots, and_(lots.c.ledger == holdings.c.ledger, lots.c.lot_id == holdings.c.lot_id))
        .join(
            accounts,
            and_(
                accounts.c.ledger == holdings.c.ledger,
                accounts.c.account_id == holdings.c.account_id,
            ),
        )
        .where(holdings.c.ledger.in_(ledgers), holdings.c.quantity > 0)
    )
    if participant_id is not None:
        query = query.where(accounts.c.participant_id == participant_id)
    if asset_id is not None:
        query = query.where(lots.c.asset_id == asset_id)
    if expiring_before is not None:
        query = query.where(lots.c.valid_to.between(1, expiring_before - 1))
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return query.order_by(*key)


Locked = dict[tuple[int, int, int], list[tuple[str, int]]]


async def locked_of(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> Locked:
    """Return what locks keep of each lot of these rows on its account, by kind."""
    key = (locks.c.ledger, locks.c.account_id, locks.c.lot_id)
    query = (
        select(*key, locks.c.kind, func.sum(locks.c.remaining))
        .where(
            tuple_(*key).in_({(row.ledger, row.account_id, row.lot_id) for row in rows}),
            locks.c.remaining > 0,
        )
        .group_by(*key, locks.c.kind)
        .order_by(*key, locks.c.kind)
    )
    found: Locked = {}
    for ledger, account_id, lot_id, kind, quantity in await connection.execute(query):
        found.setdefault((ledger, account_id, lot_id), []).append((kind, int(quantity)))
    return found


async def lot_view(edge: Edge, row: Row[Any], locked: Locked) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    held_quantity, tradable_from = row.held_quantity, row.tradable_from
    return {
        "lot_id": reference(ledger, LOT, row.lot_id),
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "ledger": ledger,
        "asset": asset.code,
        "quantity": format_decimal(held_quantity, asset.scale),
        "vintage": row.vintage,
        "region": row.region,
        "basin": row.basin,
        "valid_from": format_day(row.valid_from) if row.valid_from else None,
        "valid_to": format_day(row.valid_to) if row.valid_to else None,
        "days_left": row.valid_to - edge.today() if row.valid_to else None,
        "tradable_from": format_day(tradable_from) if tradable_from else None,
        "locks": [
            {"kind": kind, "quantity": format_decimal(quantity, asset.scale)}
            for kind, quantity in locked.get((row.ledger, row.account_id, row.lot_id), ())
        ],
        "source": row.source,
    }


def transfers_query(  # noqa: PLR0913
    ledgers: list[int],
    participant_id: int | None,
    *,
    account_id: int | None = None,
    chain_id: int | None = None,
    transfer_id: int | None = None,
    before: tuple[int, ...] | None = None,
) -> Select[Any]:
    """Select transfers as they stand (their last row), newest first by ledger."""
    own = select(accounts.c.account_id).where(
        accounts.c.ledger == transfers.c.ledger, accounts.c.participant_id == participant_id
    )
    query = (
        select(transfers)
        .distinct(transfers.c.ledger, transfers.c.transfer_id)
        .where(transfers.c.ledger.in_(ledgers))
    )
    if participant_id is not None:
        query = query.where(
            or_(transfers.c.debit_account_id.in_(own), transfers.c.credit_account_id.in_(own))
        )
    if account_id is not None:
        query = query.where(
            or_(
                transfers.c.debit_account_id == account_id,
                transfers.c.credit_account_id == account_id,
            )
        )
    if chain_id is not None:
        query = query.where(transfers.c.chain_id == chain_id)
    if transfer_id is not None:
        query = query.where(transfers.c.transfer_id == transfer_id)
    if before is not None:
        query = query.where(
            or_(
                transfers.c.ledger > before[0],
                and_(transfers.c.ledger == before[0], transfers.c.transfer_id < before[1]),
            )
        )
    return query.order_by(
        transfers.c.ledger, transfers.c.transfer_id.desc(), transfers.c.seq.desc()
    )


async def transfer_views(
    edge: Edge, connection: AsyncConnection, rows: Rows
) -> list[dict[str, Any]]:
    """Describe transfers; the asset is that of the account they debit."""
    wanted = {(row.ledger, row.debit_account_id) for row in rows}
    assets: dict[tuple[int, int], int] = {}
    for ledger in sorted({ledger for ledger, _ in wanted}):
        query = select(accounts.c.account_id, accounts.c.asset_id).where(
            accounts.c.ledger == ledger,
            accounts.c.account_id.in_([number for of, number in wanted if of == ledger]),
        )
        for row in await connection.execute(query):
            assets[ledger, row.account_id] = row.asset_id
    return [
        await _transfer_view(edge, row, assets[row.ledger, row.debit_account_id]) for row in rows
    ]


async def _transfer_view(edge: Edge, row: Row[Any], asset_id: int) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, asset_id)
    return {
        "transfer_id": reference(ledger, TRANSFER, row.transfer_id),
        "chain_id": reference(ledger, TRANSFER, row.chain_id),
        "ledger": ledger,
        "debit_account_id": reference(ledger, ACCOUNT, row.debit_account_id),
        "credit_account_id": reference(ledger, ACCOUNT, row.credit_account_id),
        "asset": asset.code,
        "unit": asset.unit,
        "quantity": format_decimal(row.quantity, asset.scale),
        "code": row.code,
        "state": row.state,
        "lot_id": reference(ledger, LOT, row.lot_id) if row.lot_id else None,
        "lots": row.lots,
        "reference": row.reference,
        "sequence": row.seq,
        "created_at": format_time(row.at_ns),
    }


def freezes_query(
    ledgers: list[int], participant_id: int | None, after: tuple[int, ...] | None
) -> Select[Any]:
    query = (
        select(freezes, accounts.c.asset_id)
        .join(
            accounts,
            and_(
                accounts.c.ledger == freezes.c.ledger,
                accounts.c.account_id == freezes.c.account_id,
            ),
        )
        .where(freezes.c.ledger.in_(ledgers))
    )
    if participant_id is not None:
        query = query.where(accounts.c.participant_id == participant_id)
    if after is not None:
        query = query.where(
            or_(
                freezes.c.ledger > after[0],
                and_(freezes.c.ledger == after[0], freezes.c.freeze_id > after[1]),
            )
        )
    return query.order_by(freezes.c.ledger, freezes.c.freeze_id)


async def freeze_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "freeze_id": reference(ledger, FREEZE, row.freeze_id),
        "ledger": ledger,
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "quantity": format_decimal(row.quantity, asset.scale),
        "document": row.document,
        "status": "frozen" if row.released_seq is None else "released",
        "released_document": row.released_document,
        "sequence": row.seq,
    }


def of_assets(numbers: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    """Narrow a query of accounts to assets, each named by ledger and number."""
    return tuple_(accounts.c.ledger, accounts.c.asset_id).in_(numbers)


def is_account(number: int) -> ColumnElement[bool]:
    return accounts.c.account_id == number
