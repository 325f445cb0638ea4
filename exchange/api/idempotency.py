"""Idempotency keys: required on every changing POST, and the memory of back-office acts.

Commands are remembered by the journal. What only changes back-office rows is remembered here, in
the same transaction as the change, and that memory is also the record of who changed what.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Header, Response
from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.errors import BadRequest, Unprocessable
from exchange.storage.tables_back_office import back_office_acts

REPLAYED = "Idempotent-Replayed"


async def _key(
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=64,
            pattern=r"^[A-Za-z0-9._:-]{1,64}$",
            description="Names this request; repeat it and get the first answer again",
        ),
    ] = None,
) -> str:
    if idempotency_key is None:
        raise BadRequest("idempotency_key_missing", "send an Idempotency-Key header")
    return idempotency_key


IdempotencyKey = Annotated[str, Depends(_key)]


def command_id(principal: Principal, key: str) -> str:
    """Name a command by its submitter and key."""
    return f"{principal.participant_id}:key:{key}"


def mark(response: Response, *, replayed: bool) -> None:
    """Say on the answer that it is a repeated one."""
    if replayed:
        response.headers[REPLAYED] = "true"


async def once(  # noqa: PLR0913, PLR0917
    edge: Edge,
    principal: Principal,
    key: str,
    operation: str,
    body: BaseModel | None,
    response: Response,
    act: Callable[[AsyncConnection], Awaitable[dict[str, Any]]],
    *,
    remember: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> dict[str, Any]:
    """Do a back-office act at most once for a key; return its answer, or the first one again.

    Raises: Unprocessable when the key was used for another request.
    """
    told = f"{operation}\n{'' if body is None else body.model_dump_json()}".encode()
    body_hash = hashlib.sha256(told).digest()
    async with edge.writing() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            (f"{principal.participant_id}:{key}",),
        )
        query = select(back_office_acts).where(
            back_office_acts.c.participant_id == principal.participant_id,
            back_office_acts.c.idempotency_key == key,
        )
        first = (await connection.execute(query)).first()
        if first is not None:
            if first.body_hash != body_hash:
                raise Unprocessable("idempotency_key_reused")
            mark(response, replayed=True)
            answer: dict[str, Any] = msgspec.json.decode(first.answer)
            return answer
        answer = await act(connection)
        await connection.execute(
            insert(back_office_acts).values(
                participant_id=principal.participant_id,
                operator_id=principal.operator_id,
                idempotency_key=key,
                operation=operation,
                body_hash=body_hash,
                status=200,
                answer=msgspec.json.encode(remember(answer)),
                at_ns=edge.clock.now_ns(),
            )
        )
    return answer
