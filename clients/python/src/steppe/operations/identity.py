"""Who takes part: participants and their admissions, operators, keys."""

from collections.abc import Mapping, Sequence

from steppe.models import Admission, Key, Operator, Page, Participant, Receipt
from steppe.request import Request, amendment, command, get, given, listing, segment
from steppe.words import AccountType, OperatorStatus, Role, Scope


def create_participant(
    *,
    name_zh: str,
    role: Role,
    region: str,
    name_en: str | None = None,
    unified_social_credit_code: str | None = None,
    contact: str | None = None,
    idempotency_key: str | None = None,
) -> Request[Participant]:
    """Register a participant (exchange operator)."""
    body = given(
        name_zh=name_zh,
        name_en=name_en,
        unified_social_credit_code=unified_social_credit_code,
        role=role,
        region=region,
        contact=contact,
    )
    return command("/v1/participants", Participant, body, idempotency_key=idempotency_key)


def participants(
    *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Participant]]:
    """List participants: staff see all, others themselves."""
    return listing("/v1/participants", Participant, limit=limit, cursor=cursor)


def participant(participant_id: str) -> Request[Participant]:
    """Show a participant."""
    return get(_participant(participant_id), Participant)


def update_participant(
    participant_id: str,
    *,
    version: int | str,
    name_zh: str | None = None,
    name_en: str | None = None,
    region: str | None = None,
    contact: str | None = None,
) -> Request[Participant]:
    """Change a participant's particulars, provided it is still at the version given.

    `version` is the participant's version, or an ETag as text.
    """
    body = given(name_zh=name_zh, name_en=name_en, region=region, contact=contact)
    return amendment(_participant(participant_id), Participant, body, version=version)


def admit_participant(
    participant_id: str,
    *,
    ledger: str,
    account_type: AccountType,
    region: str,
    document: str,
    basin: str | None = None,
    sector: str | None = None,
    group: str | None = None,
    idempotency_key: str | None = None,
) -> Request[Receipt]:
    """Admit a participant to a ledger, or restate the facts its eligibility hangs on."""
    body = given(
        ledger=ledger,
        account_type=account_type,
        region=region,
        basin=basin,
        sector=sector,
        group=group,
        document=document,
    )
    path = f"{_participant(participant_id)}/admissions"
    return command(path, Receipt, body, idempotency_key=idempotency_key)


def admissions(participant_id: str) -> Request[Page[Admission]]:
    """List the ledgers a participant is admitted to."""
    return listing(f"{_participant(participant_id)}/admissions", Admission)


def freeze_participant(
    participant_id: str, *, ledger: str, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Stop a participant's orders and outgoing transfers; its open orders are cancelled."""
    body = {"ledger": ledger, "document": document}
    path = f"{_participant(participant_id)}:freeze"
    return command(path, Receipt, body, idempotency_key=idempotency_key)


def unfreeze_participant(
    participant_id: str, *, ledger: str, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Let a frozen participant act again."""
    body = {"ledger": ledger, "document": document}
    path = f"{_participant(participant_id)}:unfreeze"
    return command(path, Receipt, body, idempotency_key=idempotency_key)


def create_operator(
    participant_id: str,
    *,
    name: str,
    scopes: Sequence[Scope],
    ledgers: Sequence[str] | None = None,
    idempotency_key: str | None = None,
) -> Request[Operator]:
    """Give a participant an operator: a person or machine that acts for it."""
    body = given(name=name, scopes=list(scopes), ledgers=_list(ledgers))
    path = f"{_participant(participant_id)}/operators"
    return command(path, Operator, body, idempotency_key=idempotency_key)


def operators(
    participant_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Operator]]:
    """List a participant's operators."""
    path = f"{_participant(participant_id)}/operators"
    return listing(path, Operator, limit=limit, cursor=cursor)


def operator(participant_id: str, operator_id: str) -> Request[Operator]:
    """Show an operator."""
    return get(f"{_participant(participant_id)}/operators/{segment(operator_id)}", Operator)


def update_operator(
    participant_id: str,
    operator_id: str,
    *,
    version: int | str,
    name: str | None = None,
    scopes: Sequence[Scope] | None = None,
    ledgers: Sequence[str] | None = None,
    status: OperatorStatus | None = None,
) -> Request[Operator]:
    """Change what an operator may do, provided it is still at the version given.

    `version` is the operator's version, or an ETag as text.
    """
    body = given(name=name, scopes=_list(scopes), ledgers=_list(ledgers), status=status)
    path = f"{_participant(participant_id)}/operators/{segment(operator_id)}"
    return amendment(path, Operator, body, version=version)


def create_key(
    *,
    operator_id: str,
    public_key: Mapping[str, str] | None = None,
    secret: bool = False,
    label: str | None = None,
    idempotency_key: str | None = None,
) -> Request[Key]:
    """Give an operator a key: the public half of an Ed25519 pair, or (sandbox only) a secret.

    Raises: ValueError unless exactly one of `public_key` (a JWK) and `secret` is given.
    """
    if (public_key is None) != secret:
        raise ValueError("a key is either a public key or a secret")
    if public_key is not None and "d" in public_key:
        raise ValueError("this is a private key: give its public half")
    body = given(operator_id=operator_id, public_key=public_key, label=label)
    if secret:
        body["secret"] = True
    return command("/v1/keys", Key, body, idempotency_key=idempotency_key)


def keys(*, limit: int | None = None, cursor: str | None = None) -> Request[Page[Key]]:
    """List the keys of the caller's participant."""
    return listing("/v1/keys", Key, limit=limit, cursor=cursor)


def key(key_id: str) -> Request[Key]:
    """Show a key."""
    return get(f"/v1/keys/{segment(key_id)}", Key)


def revoke_key(key_id: str, *, idempotency_key: str | None = None) -> Request[Key]:
    """End a key and its tokens for good."""
    path = f"/v1/keys/{segment(key_id)}:revoke"
    return command(path, Key, idempotency_key=idempotency_key)


def _participant(participant_id: str) -> str:
    return f"/v1/participants/{segment(participant_id)}"


def _list(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)
