"""Settings of the server: environment variables `STEPPE_…`, read once at start.

Figures of law are not settings: they live in the rulebook.
"""

import os
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS: Final = Path("/run/secrets")
"""Where containers mount secrets: a file `steppe_database_url` there sets `database_url`."""


class SettingsError(ValueError):
    """Settings that cannot be used, one line for each."""


def _is_postgresql(address: SecretStr) -> SecretStr:
    if not address.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    return address


def _words(given: object) -> object:
    return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


class Settings(BaseSettings):
    """All settings; every default suits one machine. Use `load` for messages a person can read."""

    model_config = SettingsConfigDict(env_prefix="STEPPE_", env_ignore_empty=True, frozen=True)

    mode: Literal["sandbox", "production"] = Field(
        "production",
        description="sandbox: virtual clock, built-in accounts, client secrets, migrates at start; "
        "production: real time, none of these.",
    )
    optional_ledgers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        (),
        description="Codes of optional ledgers to open beside the others, with commas between. "
        "A ledger that was opened once stays open.",
    )
    database_url: Annotated[SecretStr, AfterValidator(_is_postgresql)] | None = Field(
        None,
        description="DSN of a PostgreSQL 18 server (postgresql://…), as the application's role. "
        "Unset: the embedded server in the state folder.",
    )
    owner_database_url: Annotated[SecretStr, AfterValidator(_is_postgresql)] | None = Field(
        None,
        description="The same database as the role that owns its tables, for migrate and rebuild. "
        "Unset: database_url, whose role then could change the records.",
    )
    database_connections_max: int = Field(
        16,
        ge=2,
        le=1000,
        description="Connections of the pool that queries share; each ledger's writer has its own.",
    )
    database_wait_s: float = Field(
        5,
        gt=0,
        le=600,
        description="Seconds a query waits for a connection, and then for its answer: 503 beyond.",
    )
    state_folder: Path = Field(
        Path(".steppe"),
        description="Folder of the embedded database and of generated keys; back it up.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8000, ge=0, le=65535, description="TCP port; 0 lets the system choose.")
    token_key_file: Path | None = Field(
        None,
        description="Ed25519 private key (PEM or JWK) that signs access tokens. "
        "Unset: generated in the state folder, mode 0600.",
    )
    token_lifetime_s: int = Field(
        600,
        ge=10,
        le=86_400,
        description="Seconds an access token is valid.",
    )
    body_bytes_max: int = Field(
        1024 * 1024,
        ge=1024,
        le=1024 * 1024 * 1024,
        description="Largest request body in bytes; a larger one is refused with 413.",
    )
    bodies_bytes_max: int = Field(
        64 * 1024 * 1024,
        ge=1024,
        description="Bytes of all request bodies in memory; beyond it 503 + Retry-After.",
    )
    work_bytes_max: int = Field(
        1024 * 1024,
        ge=1,
        description="Bytes of the bodies of changing requests in progress: a batch weighs as much "
        "as its orders. Beyond it 503 + Retry-After; a single body may be larger.",
    )
    connections_max: int = Field(
        2000,
        ge=1,
        le=1_000_000,
        description="Open client connections; 64 more are kept for health checks and cancels.",
    )
    requests_max: int = Field(
        1000,
        ge=1,
        description="Changing requests in progress; beyond it 503 + Retry-After.",
    )
    cancels_max: int = Field(
        200,
        ge=1,
        description="Cancelling requests in progress, counted apart from the other changing ones.",
    )
    reads_max: int = Field(
        200,
        ge=1,
        description="Reading requests in progress; beyond it 503 + Retry-After.",
    )
    client_s: float = Field(
        15,
        gt=0,
        le=3600,
        description="Seconds a client may take to send a request's head, to send its body, and to "
        "take what was written to it.",
    )
    unsent_bytes_max: int = Field(
        64 * 1024 * 1024,
        ge=1024 * 1024,
        description="Bytes of answers that clients do not take; beyond it the slowest is cut off.",
    )
    queue_commands_max: int = Field(
        20_000,
        ge=1,
        description="Commands that may wait for one ledger's writer; beyond it 503 + Retry-After. "
        "The last tenth is kept for cancels.",
    )
    batch_commands_max: int = Field(
        400,
        ge=1,
        description="Commands written in one transaction.",
    )
    snapshot_commands: int = Field(
        200_000,
        ge=1,
        description="Commands between two snapshots of a ledger's state.",
    )
    drain_s: float = Field(
        6,
        ge=0,
        description="Seconds a stopping server waits for requests in progress; what follows takes "
        "up to 12 more when the database does not answer.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="Least severe level that is logged.",
    )
    log_format: Literal["json", "console"] = Field(
        "json",
        description="json: one object a line; console: for a person.",
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.batch_commands_max > self.queue_commands_max:
            raise ValueError("batch_commands_max must not exceed queue_commands_max")
        if self.body_bytes_max > self.bodies_bytes_max:
            raise ValueError("body_bytes_max must not exceed bodies_bytes_max")
        return self

    @model_validator(mode="after")
    def _owner_has_an_application(self) -> Self:
        if self.owner_database_url is not None and self.database_url is None:
            raise ValueError("owner_database_url needs database_url beside it")
        return self

    @property
    def dsn(self) -> str | None:
        """The database's address, or None for the embedded server. It holds a password."""
        return None if self.database_url is None else self.database_url.get_secret_value()

    @property
    def owner_dsn(self) -> str | None:
        """The database's address for its owner; the application's when no other is named."""
        url = self.owner_database_url or self.database_url
        return None if url is None else url.get_secret_value()


def load(**given: object) -> Settings:
    """Read the settings: `given` wins over the environment, which wins over files of secrets.

    Raises: SettingsError, whose text names every faulty variable and repeats no value.
    """
    secrets = SECRETS if SECRETS.is_dir() and os.access(SECRETS, os.R_OK | os.X_OK) else None
    try:
        return Settings(_secrets_dir=secrets, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_line(dict(detail)) for detail in error.errors(include_input=False)]
        raise SettingsError("\n".join(lines)) from None


def _line(detail: dict[str, object]) -> str:
    location = detail["loc"]
    assert isinstance(location, tuple)
    name = f"STEPPE_{str(location[0]).upper()}: " if location else ""
    return f"{name}{str(detail['msg']).removeprefix('Value error, ')}"
