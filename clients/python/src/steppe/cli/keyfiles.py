"""Making a key pair: the private half goes to a file only the caller can read."""

import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OKPKey


def generate(path: Path) -> dict[str, str]:
    """Write a new Ed25519 private key as PEM to `path` and return its public half as a JWK.

    Raises: FileExistsError rather than overwrite a key; OSError when it cannot be written.
    """
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    public = OKPKey.import_key(pem).as_dict(private=False)
    return msgspec.convert(public, dict[str, str])
