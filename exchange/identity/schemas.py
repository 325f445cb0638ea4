"""Wire forms of operators and keys."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from exchange.api.amounts import LedgerCode, Prose
from exchange.api.schemas import STRICT
from exchange.core.types import Scope

Numbered = Annotated[str, Field(pattern=r"^[a-z][1-9][0-9]{0,17}$", examples=["u34"])]


def _text(key: dict[str, Any]) -> dict[str, Any]:
    json.dumps(key, ensure_ascii=False).encode()  # a ValueError for half a surrogate pair
    return key


Jwk = Annotated[
    dict[str, Any],
    AfterValidator(_text),
    Field(max_length=20, examples=[{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQH"}]),
]


class TokenView(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int = Field(examples=[600], description="Seconds")
    scope: str = Field(examples=["trade view"])


class CreateOperatorRequest(BaseModel):
    model_config = STRICT
    name: Prose
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    ledgers: Annotated[list[LedgerCode], Field(max_length=32)] = []


class ChangeOperatorRequest(BaseModel):
    model_config = STRICT
    name: Prose | None = None
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))] | None = None
    ledgers: Annotated[list[LedgerCode], Field(max_length=32)] | None = None
    status: Literal["active", "disabled"] | None = None


class OperatorView(BaseModel):
    operator_id: str = Field(examples=["u34"])
    participant_id: str = Field(examples=["p12"])
    name: str
    scopes: list[Scope]
    ledgers: list[str] = Field(description="Empty: all ledgers")
    status: Literal["active", "disabled"]
    version: int


class CreateKeyRequest(BaseModel):
    """A public key (JWK, OKP Ed25519); in the sandbox a secret may be asked for instead."""

    model_config = STRICT
    operator_id: Numbered
    public_key: Jwk | None = None
    secret: bool = False
    label: Prose | None = None


class KeyView(BaseModel):
    key_id: str = Field(description="Also the OAuth client id", examples=["k_6f0c"])
    operator_id: str
    label: str
    kind: Literal["public_key", "secret"]
    status: Literal["active", "revoked"]
    created_at: str


class CreatedKeyView(KeyView):
    client_secret: str | None = Field(None, description="Shown once")
