"""Access tokens: Ed25519-signed JWTs, verified once and then known by their hash.

A key that was revoked or an operator that was disabled ends its tokens at once in this process, and
elsewhere when the cached principal is checked against the database again, after `RECHECK_S`.
"""

import hashlib
import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exchange.api import database
from exchange.core.types import Role, Scope
from exchange.errors import Unauthenticated
from exchange.storage.tables_back_office import keys, operators, participants

ISSUER = "steppe"
RECHECK_S = 15
CACHE_MAX = 50_000
TOKEN_BYTES_MAX = 4096
ALGORITHMS = ["Ed25519"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `ledgers` empty means all."""

    operator_id: int
    participant_id: int
    role: Role
    scopes: frozenset[Scope]
    ledgers: frozenset[str]
    key_id: str


@dataclass(slots=True)
class _Known:
    principal: Principal
    expires_at: float
    checked_at: float


class Tokens:
    """Issues tokens and tells whose a token is."""

    def __init__(self, key: OKPKey, engine: AsyncEngine, lifetime_s: int) -> None:
        self._key = key
        self._changes = 0
        self._engine = engine
        self.lifetime_s = lifetime_s
        self._known: dict[bytes, _Known] = {}

    def issue(self, principal: Principal) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": str(principal.operator_id),
            "key": principal.key_id,
            "iat": now,
            "exp": now + self.lifetime_s,
            "scope": " ".join(sorted(principal.scopes)),
        }
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=ALGORITHMS)

    def cached(self, token: bytes) -> Principal | None:
        """Return the principal of a token that was verified a moment ago."""
        known = self._known.get(hashlib.sha256(token).digest())
        now = time.time()
        if known is None or known.expires_at <= now or known.checked_at + RECHECK_S <= now:
            return None
        return known.principal

    async def verify(self, token: bytes) -> Principal:
        """Check signature, times, key and operator. Raises: Unauthenticated."""
        name = hashlib.sha256(token).digest()
        self._known.pop(name, None)
        if len(token) > TOKEN_BYTES_MAX:
            raise unauthenticated()
        try:
            claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": ISSUER},
                exp={"essential": True},
            ).validate(claims)
            key_id = str(claims["key"])
            scopes = {Scope(word) for word in str(claims["scope"]).split()}
        except (JoseError, ValueError, KeyError, TypeError, RecursionError) as fault:
            raise unauthenticated() from fault
        changes = self._changes
        principal = await load_principal(self._engine, key_id)
        if principal is None or str(principal.operator_id) != claims["sub"]:
            raise unauthenticated()
        narrowed = Principal(
            principal.operator_id,
            principal.participant_id,
            principal.role,
            principal.scopes & scopes,
            principal.ledgers,
            key_id,
        )
        if len(self._known) >= CACHE_MAX:
            self._known.clear()
        if changes == self._changes:
            self._known[name] = _Known(narrowed, float(claims["exp"]), time.time())
        return narrowed

    def forget(self) -> None:
        """Check every token anew: a key or an operator changed."""
        self._changes += 1
        self._known.clear()


def unauthenticated() -> Unauthenticated:
    return Unauthenticated("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="steppe"'})


async def load_principal(engine: AsyncEngine, key_id: str) -> Principal | None:
    """Return who an active key of an active operator stands for."""
    query = (
        select(operators, participants.c.role)
        .join(keys, keys.c.operator_id == operators.c.operator_id)
        .join(participants, participants.c.participant_id == operators.c.participant_id)
        .where(keys.c.key_id == key_id, keys.c.status == "active", operators.c.status == "active")
    )
    async with database.reading(engine) as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        return None
    return Principal(
        row.operator_id,
        row.participant_id,
        Role(row.role),
        frozenset(Scope(scope) for scope in row.scopes),
        frozenset(row.ledgers),
        key_id,
    )
