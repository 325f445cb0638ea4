"""Routes of access: tokens, operators, keys."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api import etags
from exchange.api.amounts import invalid
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal
from exchange.errors import ExchangeError, NotFound
from exchange.identity import service
from exchange.identity.oauth import Tries, authenticate, read_form
from exchange.identity.schemas import (
    ChangeOperatorRequest,
    CreatedKeyView,
    CreateKeyRequest,
    CreateOperatorRequest,
    KeyView,
    OperatorView,
    TokenView,
)
from exchange.ids import OPERATOR, PARTICIPANT, parse_numbered
from exchange.storage.tables_back_office import keys, operators

router = APIRouter(tags=["identity"], route_class=StrictRoute, responses=RESPONSES)
OAUTH_WORDS = {"invalid_client", "invalid_scope", "unsupported_grant_type"}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        name: {"type": "string"}
                        for name in (
                            "grant_type",
                            "client_id",
                            "client_secret",
                            "client_assertion_type",
                            "client_assertion",
                            "scope",
                        )
                    },
                },
                "example": {
                    "grant_type": "client_credentials",
                    "client_id": "k_6f0c",
                    "client_secret": "…",
                },
            }
        },
    }
}


@router.post("/oauth/token", openapi_extra=FORM)
async def issue_token(request: Request, edge: EdgeDep) -> TokenView:
    """Exchange client credentials for a short access token."""
    tries: Tries = request.app.state.tries
    try:
        principal = await authenticate(edge, tries, await read_form(request))
    except ExchangeError as error:
        word = error.code if error.code in OAUTH_WORDS else "invalid_request"
        error.members = {"error": word, "error_description": error.detail or error.code}
        raise
    return TokenView(
        access_token=edge.tokens.issue(principal),
        expires_in=edge.tokens.lifetime_s,
        scope=" ".join(sorted(principal.scopes)),
    )


@router.post(
    "/v1/participants/{participant_id}/operators", status_code=201, response_model=OperatorView
)
async def create_operator(
    participant_id: str,
    body: CreateOperatorRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> Any:
    """Give somebody the right to act for a participant, within scopes and ledgers."""
    number = parse_numbered(participant_id, PARTICIPANT)
    service.must_administer(principal, number)
    service.must_reach(principal, body.ledgers)

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        return await service.create_operator(connection, number, body, edge.clock.now_ns())

    operation = f"create_operator {participant_id}"
    return await once(edge, principal, key, operation, body, response, act)


@router.get("/v1/participants/{participant_id}/operators", response_model=Page[OperatorView])
async def list_operators(
    participant_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """List a participant's operators."""
    number = parse_numbered(participant_id, PARTICIPANT)
    service.must_administer(principal, number)
    query = (
        select(operators)
        .where(operators.c.participant_id == number)
        .order_by(operators.c.operator_id)
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
        if not rows:
            await service.must_exist(connection, number)
    return {"items": [service.operator_view(row) for row in rows]}


@router.get(
    "/v1/participants/{participant_id}/operators/{operator_id}", response_model=OperatorView
)
async def show_operator(
    participant_id: str,
    operator_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    response: Response,
) -> dict[str, Any]:
    """Show one operator; the ETag is needed to change it."""
    async with edge.reading() as connection:
        row = await service.find_operator(connection, parse_numbered(operator_id, OPERATOR))
    if row.participant_id != parse_numbered(participant_id, PARTICIPANT):
        raise NotFound("not_found")
    if row.operator_id != principal.operator_id:
        service.must_administer(principal, row.participant_id)
    response.headers["ETag"] = etags.etag(row.version)
    return service.operator_view(row)


@router.patch(
    "/v1/participants/{participant_id}/operators/{operator_id}", response_model=OperatorView
)
async def change_operator(
    participant_id: str,
    operator_id: str,
    body: ChangeOperatorRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    if_match: etags.IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Change an operator's name, scopes, ledgers or status; its tokens follow at once."""
    number = parse_numbered(operator_id, OPERATOR)
    async with edge.writing() as connection:
        row = await service.find_operator(connection, number, lock=True)
        if row.participant_id != parse_numbered(participant_id, PARTICIPANT):
            raise NotFound("not_found")
        service.must_administer(principal, row.participant_id)
        etags.check(if_match, row.version)
        service.must_reach(principal, row.ledgers if body.ledgers is None else body.ledgers)
        view = await service.change_operator(connection, number, body)
    edge.tokens.forget()
    response.headers["ETag"] = etags.etag(view["version"])
    return view


@router.post("/v1/keys", status_code=201, response_model=CreatedKeyView)
async def create_key(
    body: CreateKeyRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> Any:
    """Register a public key for an operator; in the sandbox a secret can be had instead."""
    if (body.public_key is None) != body.secret:
        raise invalid("/public_key", "missing", "give a public key, or ask for a secret")
    if body.secret and not edge.sandbox:
        raise NotFound("not_sandbox", "secrets exist only in the sandbox")
    number = parse_numbered(body.operator_id, OPERATOR)

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        row = await service.find_operator(connection, number)
        service.must_administer(principal, row.participant_id)
        service.must_reach(principal, row.ledgers)
        now = edge.clock.now_ns()
        return await service.create_key(connection, number, body.label or "", body.public_key, now)

    return await once(
        edge,
        principal,
        key,
        "create_key",
        body,
        response,
        act,
        remember=lambda answer: {**answer, "client_secret": None},
    )


@router.get("/v1/keys", response_model=Page[KeyView])
async def list_keys(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the keys of the caller's own participant."""
    after = read_cursor(cursor, int, str) or (-1, "")
    query = (
        select(keys)
        .join(operators, operators.c.operator_id == keys.c.operator_id)
        .where(
            operators.c.participant_id == principal.participant_id,
            tuple_(keys.c.created_at_ns, keys.c.key_id) > tuple_(*after),
        )
        .order_by(keys.c.created_at_ns, keys.c.key_id)
        .limit(limit + 1)
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
    more = more_after(request, response, rows, limit, "created_at_ns", "key_id")
    return {"items": [service.key_view(row) for row in rows[:limit]], "next_cursor": more}


@router.get("/v1/keys/{key_id}", response_model=KeyView)
async def show_key(key_id: str, edge: EdgeDep, principal: CurrentPrincipal) -> dict[str, Any]:
    """Show one key, never its secret."""
    async with edge.reading() as connection:
        row = await _find_key(connection, key_id)
        owner = await service.find_operator(connection, row.operator_id)
    service.must_administer(principal, owner.participant_id)
    return service.key_view(row)


@router.post("/v1/keys/{key_id}:revoke", response_model=KeyView)
async def revoke_key(
    key_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> Any:
    """Revoke a key; tokens got with it end at once."""

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        row = await _find_key(connection, key_id)
        owner = await service.find_operator(connection, row.operator_id)
        service.must_administer(principal, owner.participant_id)
        revoked = (
            update(keys)
            .where(keys.c.key_id == key_id)
            .values(
                status="revoked",
                revoked_at_ns=func.coalesce(keys.c.revoked_at_ns, edge.clock.now_ns()),
            )
            .returning(keys)
        )
        return service.key_view((await connection.execute(revoked)).one())

    operation = f"revoke_key {key_id}"
    view = await once(edge, principal, key, operation, None, response, act)
    edge.tokens.forget()
    return view


KEY_ID = re.compile(r"k_[0-9a-f]{24}\Z")


async def _find_key(connection: AsyncConnection, key_id: str) -> Any:
    """Raises: NotFound."""
    if KEY_ID.match(key_id) is None:
        raise NotFound("not_found")
    row = (await connection.execute(select(keys).where(keys.c.key_id == key_id))).first()
    if row is None:
        raise NotFound("not_found")
    return row
