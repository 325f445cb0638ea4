"""Whom to connect to and as whom: a profile of the configuration file, overruled by environment.

The file is `config.toml` in the platform's configuration folder (`STEPPE_CONFIG` names another):

    default = "sandbox"

    [profiles.sandbox]
    url = "http://127.0.0.1:8000"
    client_id = "k_4f1c"
    key_file = "sandbox.pem"        # beside this file, or an absolute path
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import typer

from steppe.credentials import ClientSecret, Credentials, PrivateKey

DEFAULT_URL = "http://127.0.0.1:8000"

_VARIABLES = {
    "url": "STEPPE_URL",
    "client_id": "STEPPE_CLIENT_ID",
    "client_secret": "STEPPE_CLIENT_SECRET",
    "key_file": "STEPPE_KEY_FILE",
}


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A venue and an identity there."""

    url: str = DEFAULT_URL
    client_id: str | None = None
    client_secret: str | None = None
    key_file: str | None = None

    def credentials(self) -> Credentials | None:
        """Return who to be; None for nobody. A key goes before a secret.

        Raises: ValueError or OSError when the key file holds no key or cannot be read.
        """
        if self.client_id is None:
            return None
        if self.key_file is not None:
            return PrivateKey.load_file(self.client_id, self.key_file)
        if self.client_secret is not None:
            return ClientSecret(self.client_id, self.client_secret)
        return None

    def __repr__(self) -> str:
        return f"Profile(url={self.url!r}, client_id={self.client_id!r})"


class ProfileFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration file."""

    default: str | None = None
    profiles: dict[str, Profile] = msgspec.field(default_factory=dict)


def config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the configuration file is, or would be."""
    named = environment.get("STEPPE_CONFIG")
    return Path(named) if named else Path(typer.get_app_dir("steppe")) / "config.toml"


def load_profiles(path: Path) -> ProfileFile:
    """Read the configuration file; an absent one is empty.

    Raises: ValueError when it is not as it should be; OSError when it cannot be read.
    """
    if not path.exists():
        return ProfileFile()
    try:
        return _decode(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def resolve(
    name: str | None, url: str | None, environment: Mapping[str, str] = os.environ
) -> Profile:
    """Return the profile to use: `url` and the environment go before what the file says.

    Raises: ValueError when there is no profile of the name asked for; as `load_profiles`.
    """
    path = config_path(environment)
    file = load_profiles(path)
    chosen = name or environment.get("STEPPE_PROFILE") or file.default
    if chosen is None:
        profile = Profile()
    elif chosen in file.profiles:
        profile = file.profiles[chosen]
    else:
        raise ValueError(f"there is no profile {chosen!r} in {path}")
    if profile.key_file is not None:
        profile = msgspec.structs.replace(profile, key_file=str(path.parent / profile.key_file))
    given = {field: environment.get(variable) for field, variable in _VARIABLES.items()}
    if url is not None:
        given["url"] = url
    if given["client_secret"] and not given["key_file"]:
        profile = msgspec.structs.replace(profile, key_file=None)
    return msgspec.structs.replace(profile, **{k: v for k, v in given.items() if v})


def _decode(data: bytes) -> ProfileFile:
    return msgspec.toml.decode(data, type=ProfileFile)
