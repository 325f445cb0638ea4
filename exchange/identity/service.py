"""Operators and keys: plain functions on a connection."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_time, invalid
from exchange.api.secrets import HASHER
from exchange.api.tokens import Principal
from exchange.core.types import Role, Scope
from exchange.errors import Forbidden, NotFound
from exchange.identity.schemas import ChangeOperatorRequest, CreateOperatorRequest
from exchange.ids import OPERATOR, PARTICIPANT, numbered
from exchange.storage.tables_back_office import keys, operators, participants


def may_administer(principal: Principal, participant_id: int) -> bool:
    """Tell whether someone may manage a participant's operators: the exchange, or its own admin."""
    owner = principal.participant_id == participant_id
    staff = principal.role is Role.EXCHANGE_OPERATOR
    return (owner or staff) and Scope.ADMIN in principal.scopes


def must_administer(principal: Principal, participant_id: int) -> None:
    """Raises: NotFound for others' participants, Forbidden without the admin scope."""
    if may_administer(principal, participant_id):
        return
    staff = principal.role is Role.EXCHANGE_OPERATOR
    if principal.participant_id != participant_id and not staff:
        raise NotFound("not_found")
    raise Forbidden("forbidden", "this takes the admin scope")


def must_reach(principal: Principal, ledgers: Sequence[str]) -> None:
    """Raises: Forbidden when someone bound to some ledgers would give away more than those."""
    if principal.ledgers and not (ledgers and principal.ledgers.issuperset(ledgers)):
        raise Forbidden("forbidden", "your operator is not given these ledgers")


async def must_exist(connection: AsyncConnection, participant_id: int) -> None:
    """Raises: NotFound."""
    query = select(participants.c.participant_id).where(
        participants.c.participant_id == participant_id
    )
    if (await connection.execute(query)).first() is None:
        raise NotFound("not_found")


async def create_operator(
    connection: AsyncConnection, participant_id: int, body: CreateOperatorRequest, now_ns: int
) -> dict[str, Any]:
    await must_exist(connection, participant_id)
    made = (
        insert(operators)
        .values(
            participant_id=participant_id,
            name=body.name,
            scopes=sorted({scope.value for scope in body.scopes}),
            ledgers=sorted(set(body.ledgers)),
            status="active",
            version=1,
            created_at_ns=now_ns,
        )
        .returning(operators)
    )
    return operator_view((await connection.execute(made)).one())


async def find_operator(
    connection: AsyncConnection, operator_id: int, *, lock: bool = False
) -> Row[Any]:
    """Raises: NotFound."""
    query = select(operators).where(operators.c.operator_id == operator_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFound("not_found")
    return row


async def change_operator(
    connection: AsyncConnection, operator_id: int, body: ChangeOperatorRequest
) -> dict[str, Any]:
    values: dict[str, Any] = body.model_dump(exclude_none=True)
    if body.scopes is not None:
        values["scopes"] = sorted({scope.value for scope in body.scopes})
    changed = (
        update(operators)
        .where(operators.c.operator_id == operator_id)
        .values(**values, version=operators.c.version + 1)
        .returning(operators)
    )
    return operator_view((await connection.execute(changed)).one())


async def create_key(
    connection: AsyncConnection,
    operator_id: int,
    label: str,
    public_key: dict[str, Any] | None,
    now_ns: int,
) -> dict[str, Any]:
    """Register a public key, or make a secret when none is given; the secret is in the answer."""
    secret = None if public_key is not None else secrets.token_urlsafe(24)
    secret_hash = None if secret is None else await asyncio.to_thread(HASHER.hash, secret)
    made = (
        insert(keys)
        .values(
            key_id=f"k_{secrets.token_hex(12)}",
            operator_id=operator_id,
            label=label,
            public_key=None if public_key is None else _ed25519(public_key),
            secret_hash=secret_hash,
            status="active",
            created_at_ns=now_ns,
        )
        .returning(keys)
    )
    view = key_view((await connection.execute(made)).one())
    return {**view, "client_secret": secret}


def _ed25519(public_key: dict[str, Any]) -> str:
    """Return the canonical public part of a JWK. Raises: Unprocessable."""
    refusal = invalid(
        "/public_key", "not_a_public_key", "a public JWK of type OKP, curve Ed25519, is needed"
    )
    try:
        key = OKPKey.import_key(public_key)
        public = key.as_dict(private=False)
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise refusal from fault
    if public.get("kty") != "OKP" or public.get("crv") != "Ed25519" or key.is_private:
        raise refusal
    return json.dumps({name: public[name] for name in ("crv", "kty", "x")}, sort_keys=True)


def operator_view(row: Row[Any]) -> dict[str, Any]:
    return {
        "operator_id": numbered(OPERATOR, row.operator_id),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "name": row.name,
        "scopes": list(row.scopes),
        "ledgers": list(row.ledgers),
        "status": row.status,
        "version": row.version,
    }


def key_view(row: Row[Any]) -> dict[str, Any]:
    return {
        "key_id": row.key_id,
        "operator_id": numbered(OPERATOR, row.operator_id),
        "label": row.label,
        "kind": "secret" if row.public_key is None else "public_key",
        "status": row.status,
        "created_at": format_time(row.created_at_ns),
    }
