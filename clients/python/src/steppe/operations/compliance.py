"""The compliance cycle: periods, lists, what is owed and surrendered, what is short."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, Page
from steppe.models.compliance import (
    CompliancePeriod,
    Disclosure,
    EntitiesReceipt,
    Fine,
    ListedEntity,
    Obligation,
    Portfolio,
    Surrender,
    SurrenderItem,
)
from steppe.request import (
    Request,
    command,
    get,
    given,
    listing,
    public,
    public_listing,
    segment,
)


def open_period(
    *,
    ledger: str,
    code: str,
    kind: str,
    first_day: date,
    last_day: date,
    report_by: date,
    surrender_by: date,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a compliance period be opened (regulator); a second person approves it."""
    body = given(
        ledger=ledger,
        code=code,
        kind=kind,
        first_day=day_text(first_day),
        last_day=day_text(last_day),
        report_by=day_text(report_by),
        surrender_by=day_text(surrender_by),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = "/v1/compliance-periods"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def compliance_periods(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[CompliancePeriod]]:
    """List compliance periods with their deadlines and figures of law."""
    path = "/v1/compliance-periods"
    return public_listing(path, CompliancePeriod, ledger=ledger, limit=limit, cursor=cursor)


def compliance_period(period_id: str) -> Request[CompliancePeriod]:
    """Show a compliance period."""
    return public(f"/v1/compliance-periods/{segment(period_id)}", CompliancePeriod)


def list_entities(
    period_id: str,
    *,
    entries: Sequence[ListedEntity],
    document: str,
    idempotency_key: str | None = None,
) -> Request[EntitiesReceipt]:
    """Publish who owes in a period, or a change of that list (regulator)."""
    body = {"entries": [one.form() for one in entries], "document": document}
    path = f"/v1/compliance-periods/{segment(period_id)}/entities"
    return command(path, EntitiesReceipt, body, idempotency_key=idempotency_key)


def determine_period(
    period_id: str,
    *,
    correct_by: date,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that it be determined who is short (regulator); a second person approves it."""
    body = given(
        correct_by=day_text(correct_by),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/compliance-periods/{segment(period_id)}:determine"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def disclosures(
    period_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Disclosure]]:
    """List the public register of a period: given, owed, surrendered, short, fined."""
    path = f"/v1/disclosures/{segment(period_id)}"
    return public_listing(path, Disclosure, limit=limit, cursor=cursor)


def obligations(
    *,
    ledger: str | None = None,
    period_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Obligation]]:
    """List what entities owe: parties see their own."""
    return listing(
        "/v1/obligations",
        Obligation,
        ledger=ledger,
        period_id=period_id,
        limit=limit,
        cursor=cursor,
    )


def obligation(obligation_id: str) -> Request[Obligation]:
    """Show what an entity owes."""
    return get(f"/v1/obligations/{segment(obligation_id)}", Obligation)


def estimate_obligation(
    obligation_id: str,
    *,
    quantity: Amount,
    text: str,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask for an estimate where nothing was reported (regulator); a second person approves it."""
    body = given(
        quantity=decimal_text(quantity),
        text=text,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/obligations/{segment(obligation_id)}:estimate"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def surrender_units(
    obligation_id: str,
    *,
    items: Sequence[SurrenderItem],
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that lots be surrendered for good; a second operator of yours approves it."""
    body = given(
        obligation_id=obligation_id,
        items=[one.form() for one in items],
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/surrenders", ApprovalReceipt, body, idempotency_key=idempotency_key)


def surrenders(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Surrender]]:
    """List what was surrendered and when it was filed: parties see their own."""
    return listing("/v1/surrenders", Surrender, ledger=ledger, limit=limit, cursor=cursor)


def simulate_surrender(obligation_id: str) -> Request[Portfolio]:
    """Propose the cheapest lots that meet what is owed, and tell what is missing."""
    body = {"obligation_id": obligation_id}
    return Request("POST", "/v1/surrenders:simulate", Portfolio, body=body, reads_only=True)


def impose_fine(
    obligation_id: str,
    *,
    multiple: int = 0,
    average_price: Amount = 0,
    amount: Amount = 0,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that an entity that is short be fined (regulator); a second person approves it."""
    body = given(
        obligation_id=obligation_id,
        multiple=multiple,
        average_price=decimal_text(average_price),
        amount=decimal_text(amount),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/penalties", ApprovalReceipt, body, idempotency_key=idempotency_key)


def fines(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Fine]]:
    """List fines with the rule that decided them: parties see their own."""
    return listing("/v1/penalties", Fine, ledger=ledger, limit=limit, cursor=cursor)
