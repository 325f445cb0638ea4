"""Certificates (分配凭证): what an entity was given, by which plan, where the journal has it.

The document is made from what never changes: the journal's entry, the publication, the lot. Its
SHA-256 is entered in a register of all that were made out, so that anybody who is shown one can ask
whether it is genuine. Invariant: the register's rows match their hashes and stay.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day, format_time
from exchange.api.directory import AssetFacts
from exchange.core.units import format_decimal
from exchange.ids import ACCOUNT, LOT, PARTICIPANT, PLAN, numbered, reference
from exchange.storage.tables import journal, lots
from exchange.storage.tables_back_office import participants, published_rows
from exchange.storage.tables_desk import certificates

ENTRY = (
    *(journal.c.ledger, journal.c.seq, journal.c.at_ns, journal.c.command_id),
    *(journal.c.operator_id, journal.c.participant_id, journal.c.kind),
    *(journal.c.command, journal.c.events),
)
"""What the hash of a journal's entry covers, in this order."""


def entry_hash(entry: Sequence[Any]) -> bytes:
    """Return the SHA-256 of an entry: its fields as one msgpack list."""
    return hashlib.sha256(msgspec.msgpack.encode(tuple(entry))).digest()


async def document(
    connection: AsyncConnection, plan: Row[Any], entry: Row[Any], asset: AssetFacts
) -> dict[str, Any]:
    """Write the certificate of an entry of an issued plan."""
    ledger = plan.ledger_number
    found = select(*ENTRY).where(journal.c.ledger == ledger, journal.c.seq == plan.issued_seq)
    issue = (await connection.execute(found)).one()
    lot = None
    if entry.lot_id:
        query = select(lots).where(lots.c.ledger == ledger, lots.c.lot_id == entry.lot_id)
        lot = (await connection.execute(query)).one()
    query = select(published_rows.c.trace_hash).where(
        published_rows.c.plan_id == plan.plan_id,
        published_rows.c.version == plan.published_version,
        published_rows.c.entity == entry.entity,
    )
    trace_hash = await connection.scalar(query)
    named = select(participants).where(participants.c.participant_id == entry.participant_id)
    party = (await connection.execute(named)).one()
    return {
        "ledger": asset.ledger,
        "plan_id": numbered(PLAN, plan.plan_id),
        "version": plan.published_version,
        "content_hash": plan.content_hash.hex(),
        "method": {"id": plan.method, "version": plan.method_version},
        "plan_document": plan.document,
        "publication_document": plan.published_document,
        "entity": entry.entity,
        "participant_id": numbered(PARTICIPANT, entry.participant_id),
        "name_zh": party.name_zh,
        "name_en": party.name_en,
        "unified_social_credit_code": party.unified_social_credit_code,
        "account_id": reference(asset.ledger, ACCOUNT, entry.account_id),
        "asset": asset.code,
        "unit": asset.unit,
        "gross": format_decimal(entry.quantity + int(entry.deducted), asset.scale),
        "deducted": format_decimal(int(entry.deducted), asset.scale),
        "quantity": format_decimal(entry.quantity, asset.scale),
        "place": entry.place,
        "use": plan.use,
        "lot": None if lot is None else _lot(asset, lot),
        "activity_year": plan.activity_year or None,
        "trace_hash": None if trace_hash is None else trace_hash.hex(),
        "issued_at": format_time(issue.at_ns),
        "sequence": issue.seq,
        "entry_hash": entry_hash(issue).hex(),
    }


def _lot(asset: AssetFacts, lot: Row[Any]) -> dict[str, Any]:
    return {
        "lot_id": reference(asset.ledger, LOT, lot.lot_id),
        "vintage": lot.vintage,
        "region": lot.region,
        "basin": lot.basin,
        "valid_from": format_day(lot.valid_from) if lot.valid_from else None,
        "valid_to": format_day(lot.valid_to) if lot.valid_to else None,
        "source": lot.source,
    }


async def register(
    connection: AsyncConnection, plan: Row[Any], entity: str, told: dict[str, Any], now_ns: int
) -> bytes:
    """Enter a certificate in the register, once; return its hash."""
    body = msgspec.json.encode(told).decode()
    certificate_hash = hashlib.sha256(body.encode()).digest()
    made = insert(certificates).values(
        certificate_hash=certificate_hash,
        body=body,
        ledger_number=plan.ledger_number,
        plan_id=plan.plan_id,
        entity=entity,
        made_at_ns=now_ns,
    )
    await connection.execute(made.on_conflict_do_nothing())
    return certificate_hash
