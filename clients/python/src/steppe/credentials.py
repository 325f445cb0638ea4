"""How a client proves who it is when it asks for a token: by a secret or by a private key.

Secrets and private keys never appear in a `repr`, and a private key never leaves the process.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

ISSUER = "steppe"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_ASSERTION_LIFE_S = 120


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client id and its secret: for the sandbox only."""

    client_id: str
    secret: str = field(repr=False)

    def form(self, now_s: int) -> dict[str, str]:  # noqa: ARG002 - a secret knows no time
        """Return the fields that prove the client to the token endpoint."""
        return {"client_id": self.client_id, "client_secret": self.secret}


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A client id and its Ed25519 private key (`private_key_jwt`, RFC 7523).

    `audience` is whom the assertions are for: the venue's issuer name, or its token endpoint's URL.
    """

    client_id: str
    key: Ed25519PrivateKey = field(repr=False)
    audience: str = ISSUER

    @classmethod
    def load(cls, client_id: str, data: bytes | str, *, audience: str = ISSUER) -> "PrivateKey":
        """Read the private key from PEM or JWK text.

        Raises: ValueError when it is no unencrypted Ed25519 private key.
        """
        text = data.decode() if isinstance(data, bytes) else data
        return cls(client_id, _private_key(text), audience)

    @classmethod
    def load_file(cls, client_id: str, path: Path | str, *, audience: str = ISSUER) -> "PrivateKey":
        """Read the private key from a file.

        Raises: OSError when it cannot be read; ValueError as `load`.
        """
        return cls.load(client_id, Path(path).read_bytes(), audience=audience)

    def form(self, now_s: int) -> dict[str, str]:
        """Return the fields that prove the client to the token endpoint: good for one use."""
        claims: dict[str, str | int] = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "jti": secrets.token_hex(16),
            "iat": now_s,
            "exp": now_s + _ASSERTION_LIFE_S,
        }
        return {
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._signed(claims),
        }

    def _signed(self, claims: dict[str, str | int]) -> str:
        # Put together here: joserfc warns that `EdDSA`, the name the venue knows, has a successor.
        head = msgspec.json.encode({"alg": "EdDSA", "typ": "JWT", "kid": self.client_id})
        parts = [urlsafe_b64encode(head), urlsafe_b64encode(msgspec.json.encode(claims))]
        parts.append(urlsafe_b64encode(self.key.sign(b".".join(parts))))
        return b".".join(parts).decode("ascii")


Credentials = ClientSecret | PrivateKey


def _private_key(text: str) -> Ed25519PrivateKey:
    jwk = text.lstrip().startswith("{")
    try:
        key = OKPKey.import_key(msgspec.json.decode(text) if jwk else text)
        private = key.private_key
    except (JoseError, ValueError, TypeError):
        private = None
    if isinstance(private, Ed25519PrivateKey):
        return private
    raise ValueError("not an Ed25519 private key in PEM or JWK form")
