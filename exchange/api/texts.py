"""Texts that the journal knows only by their SHA-256: grounds of objections and of decisions.

They are kept before the command that names them is sent, so that no hash is without its text.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.storage.tables_back_office import texts


async def keep(edge: Edge, principal: Principal, body: str) -> bytes:
    """Keep a text and return its hash."""
    text_hash = hashlib.sha256(body.encode()).digest()
    made = insert(texts).values(
        text_hash=text_hash,
        body=body,
        written_by=principal.operator_id,
        created_at_ns=edge.clock.now_ns(),
    )
    async with edge.writing() as connection:
        await connection.execute(made.on_conflict_do_nothing())
    return text_hash


async def find(connection: AsyncConnection, hashes: Iterable[Any]) -> dict[bytes, str]:
    """Return the texts of some hashes; one that is None has no text."""
    wanted = [text_hash for text_hash in hashes if text_hash is not None]
    query = select(texts.c.text_hash, texts.c.body).where(texts.c.text_hash.in_(wanted))
    return {row.text_hash: row.body for row in await connection.execute(query)}
