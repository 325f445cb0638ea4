"""Who calls, and what follows for what they may see.

What they may do is decided by the gateway from the mandates; here only reading is scoped.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import OAuth2, OAuthFlowClientCredentials, OAuthFlows
from fastapi.security.base import SecurityBase

from exchange.api.edge import Edge
from exchange.api.tokens import Principal, unauthenticated
from exchange.core.types import Role
from exchange.errors import Forbidden, NotFound
from exchange.ids import PARTICIPANT, parse_numbered

READERS = frozenset(
    {Role.EXCHANGE_OPERATOR, Role.AUDITOR, Role.REGULATOR, Role.CLEARING, Role.WATER_DESK}
)


class _Bearer(SecurityBase):
    """Declares the scheme for OpenAPI and tells whose token it is: one dependency, not two."""

    def __init__(self) -> None:
        flow = OAuthFlowClientCredentials(tokenUrl="/oauth/token", scopes={})
        self.model = OAuth2(flows=OAuthFlows(clientCredentials=flow))
        self.scheme_name = "oauth2"

