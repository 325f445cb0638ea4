"""Who calls, and what follows for what they may see.

What they may do is decided by the gateway from the mandates; here only reading is scoped.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import OAuth2, OAuthFlowClientCredentials, OAuthFlows
from fastapi.security.base import SecurityBase

from exchange.api.edge import Edge, edge_of
from exchange.api.tokens import Principal, unauthenticated
from exchange.core.types import Role, Scope
from exchange.errors import Forbidden, NotFound
from exchange.ids import PARTICIPANT, parse_numbered

READERS = frozenset({Role.EXCHANGE_OPERATOR, Role.AUDITOR, Role.REGULATOR, Role.CLEARING})


class _Bearer(SecurityBase):
    """Declares the scheme for OpenAPI and tells whose token it is: one dependency, not two."""

    def __init__(self) -> None:
        flow = OAuthFlowClientCredentials(tokenUrl="/oauth/token", scopes={})
        self.model = OAuth2(flows=OAuthFlows(clientCredentials=flow))
        self.scheme_name = "oauth2"

    async def __call__(self, request: Request) -> Principal:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated()
        tokens = edge_of(request).tokens
        raw = token.encode("utf-8", "replace")
        return tokens.cached(raw) or await tokens.verify(raw)


CurrentPrincipal = Annotated[Principal, Depends(_Bearer())]


def reads_all(principal: Principal) -> bool:
    return principal.role in READERS


def visible_participant(principal: Principal, asked: str | None) -> int | None:
    """Return whose rows a query may show: a participant's number, or None for everybody's.

    Raises: NotFound when somebody else's are asked for without the right to see them.
    """
    if asked is None:
        return None if reads_all(principal) else principal.participant_id
    number = parse_numbered(asked, PARTICIPANT)
    if number != principal.participant_id and not reads_all(principal):
        raise NotFound("not_found")
    return number


def must_be(principal: Principal, *roles: Role) -> None:
    """Raises: Forbidden unless the principal has one of the roles and the admin scope.

    For back-office acts only.
    """
    if principal.role not in roles:
        raise Forbidden("forbidden", "your role does not allow this")
    if Scope.ADMIN not in principal.scopes:
        raise Forbidden("forbidden", "this takes the admin scope")


def sees_ledger(edge: Edge, principal: Principal, ledger: str) -> int:
    """Return a ledger's number for a principal. Raises: NotFound, Forbidden."""
    number = edge.ledger_number(ledger)
    if principal.ledgers and ledger not in principal.ledgers:
        raise Forbidden("forbidden", "your operator is not given this ledger")
    return number


def ledger_numbers(edge: Edge, principal: Principal, ledger: str | None) -> list[int]:
    """Return the numbers of the ledgers a query covers. Raises: NotFound, Forbidden."""
    if ledger is not None:
        return [sees_ledger(edge, principal, ledger)]
    return [
        definition.number
        for definition in edge.ledgers.values()
        if not principal.ledgers or definition.code in principal.ledgers
    ]
