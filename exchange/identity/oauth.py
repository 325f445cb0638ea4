"""The token endpoint: OAuth 2.0 client credentials by `private_key_jwt`; in the sandbox by secret.

Unknown clients and wrong secrets get the same answer in like time.
"""

import asyncio
import base64
import binascii
import json
import time
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from argon2.exceptions import VerificationError
from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from exchange.api.edge import Edge
from exchange.api.secrets import HASHER
from exchange.api.tokens import ISSUER, Principal, load_principal
from exchange.core.types import Scope
from exchange.errors import BadRequest, TooManyRequests, Unauthenticated
from exchange.storage.tables_back_office import keys, token_jtis

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE_S = 300
TRIES_PER_MINUTE = 60
DUMMY = HASHER.hash("nobody's secret")


class _Signatures(JWSRegistry):
    """Ed25519 under its two names: `EdDSA` is the older one, which many clients still write."""

    def get_alg(self, name: str) -> Any:
        if name not in ("Ed25519", "EdDSA"):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_SIGNATURES = _Signatures()


class Tries:
    """How often each client asked for a token within the last minute."""

    def __init__(self) -> None:
        self._asked: dict[str, list[float]] = {}

    def count(self, client_id: str) -> None:
        """Raises: TooManyRequests."""
        now = time.monotonic()
        recent = [at for at in self._asked.get(client_id, ()) if at > now - 60]
        if len(recent) >= TRIES_PER_MINUTE:
            wait_s = max(1, int(recent[0] + 60 - now))
            raise TooManyRequests("too_many_requests", headers={"Retry-After": str(wait_s)})
        if len(self._asked) > 10_000:
            self._asked.clear()
        self._asked[client_id] = [*recent, now]


async def read_form(request: Request) -> dict[str, str]:
    """Read a form-urlencoded body. Raises: BadRequest."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadRequest("malformed_request", "send application/x-www-form-urlencoded")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError as fault:
        raise BadRequest("malformed_request", "the form cannot be read") from fault
    form = dict(pairs)
    if len(form) != len(pairs):
        raise BadRequest("duplicate_key", "the form names a field twice")
    form.update(_basic(request.headers.get("authorization", "")))
    return form


def _basic(header: str) -> dict[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (ValueError, binascii.Error) as fault:
        raise BadRequest("malformed_request", "the Basic header cannot be read") from fault
    return {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)}


async def authenticate(edge: Edge, tries: Tries, form: dict[str, str]) -> Principal:
    """Return who asks for a token, with the scopes asked for.

    Raises: BadRequest, Unauthenticated.
    """
    if form.get("grant_type") != "client_credentials":
        raise BadRequest("unsupported_grant_type")
    if form.get("client_assertion_type") == ASSERTION:
        key_id = await _by_assertion(edge, tries, form.get("client_assertion", ""))
        if form.get("client_id", key_id) != key_id:
            raise _unknown()
    else:
        key_id = await _by_secret(edge, tries, form)
    principal = await load_principal(edge.engine, key_id)
    if principal is None:
        raise _unknown()
    return _narrow(principal, form.get("scope", ""))


def _narrow(principal: Principal, scope: str) -> Principal:
    if not scope:
        return principal
    asked = set(scope.split())
    if not asked <= set(principal.scopes):
        raise BadRequest("invalid_scope")
    return Principal(
        principal.operator_id,
        principal.participant_id,
        principal.role,
        frozenset(Scope(word) for word in asked),
        principal.ledgers,
        principal.key_id,
    )


async def _by_secret(edge: Edge, tries: Tries, form: dict[str, str]) -> str:
    client_id, secret = form.get("client_id", "")[:64], form.get("client_secret", "")[:256]
    tries.count(client_id)
    stored = None
    if edge.sandbox and client_id.isascii() and "\x00" not in client_id:
        query = select(keys.c.secret_hash).where(
            keys.c.key_id == client_id, keys.c.status == "active"
        )
        async with edge.reading() as connection:
            stored = (await connection.execute(query)).scalar()
    fits = await asyncio.to_thread(_fits, stored or DUMMY, secret)
    if stored is None or not fits:
        raise _unknown()
    return client_id


def _fits(stored: str, secret: str) -> bool:
    try:
        return HASHER.verify(stored, secret)
    except VerificationError:
        return False


async def _by_assertion(edge: Edge, tries: Tries, assertion: str) -> str:
    key_id = _issuer(assertion)
    tries.count(key_id)
    query = select(keys.c.public_key).where(keys.c.key_id == key_id, keys.c.status == "active")
    async with edge.reading() as connection:
        stored = (await connection.execute(query)).scalar()
    if stored is None:
        raise _unknown()
    now = int(time.time())
    try:
        key = OKPKey.import_key(json.loads(stored))
        claims = jwt.decode(assertion, key, registry=_SIGNATURES).claims
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        expires, jti = int(claims["exp"]), str(claims["jti"])
        sound = (
            claims["sub"] == key_id
            and any(a == ISSUER or str(a).endswith("/oauth/token") for a in audience)
            and now < expires <= now + ASSERTION_LIFE_S
            and 0 < len(jti) <= 128
            and "\x00" not in jti
        )
    except (JoseError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as fault:
        raise _unknown() from fault
    if not sound or not await _first_use(edge, key_id, jti, expires, now):
        raise _unknown()
    return key_id


def _issuer(assertion: str) -> str:
    """Read the issuer without trusting it yet."""
    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        issuer = str(claims["iss"])
    except (ValueError, IndexError, KeyError, TypeError, RecursionError) as fault:
        raise _unknown() from fault
    if not issuer.isascii() or "\x00" in issuer:
        raise _unknown()
    return issuer[:64]


async def _first_use(edge: Edge, key_id: str, jti: str, expires: int, now: int) -> bool:
    async with edge.writing() as connection:
        await connection.execute(delete(token_jtis).where(token_jtis.c.expires_at_s < now))
        used = (
            insert(token_jtis)
            .values(key_id=key_id, jti=jti, expires_at_s=expires)
            .on_conflict_do_nothing()
            .returning(token_jtis.c.jti)
        )
        return (await connection.execute(used)).first() is not None


def _unknown() -> Unauthenticated:
    return Unauthenticated("invalid_client", headers={"WWW-Authenticate": 'Basic realm="steppe"'})
