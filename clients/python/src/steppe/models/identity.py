"""Answers about who takes part: participants, admissions, operators, keys."""

from steppe.models.answer import Instant, Model


class Participant(Model, frozen=True, kw_only=True):
    """A member of the venue. `version` is what an update must name."""

    participant_id: str
    name_zh: str
    name_en: str | None = None
    unified_social_credit_code: str | None = None
    role: str
    region: str | None = None
    contact: str | None = None
    version: int
    created_at: Instant | None = None
    updated_at: Instant | None = None


class Admission(Model, frozen=True, kw_only=True):
    """A participant's membership of a ledger: the facts its eligibility hangs on."""

    participant_id: str
    ledger: str
    account_type: str
    region: str | None = None
    basin: str | None = None
    sector: str | None = None
    group: str | None = None
    document: str | None = None
    frozen: bool | None = None
    sequence: int | None = None


class Operator(Model, frozen=True, kw_only=True):
    """A person or machine acting for a participant. Empty `ledgers` means all of them."""

    operator_id: str
    participant_id: str
    name: str
    scopes: tuple[str, ...]
    ledgers: tuple[str, ...] | None = ()
    status: str
    version: int
    created_at: Instant | None = None


class Key(Model, frozen=True, kw_only=True):
    """An operator's means to authenticate; `key_id` is its OAuth client id.

    `client_secret` is set once, in the answer that creates a secret in the sandbox.
    """

    key_id: str
    operator_id: str
    label: str | None = None
    kind: str | None = None
    status: str | None = None
    public_key: dict[str, str] | None = None
    client_secret: str | None = None
    created_at: Instant | None = None
    revoked_at: Instant | None = None

    def __repr__(self) -> str:
        return f"Key(key_id={self.key_id!r}, operator_id={self.operator_id!r})"
