"""Projects under budgets of their places, what they must cover, and targets of places."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, Page
from steppe.models.budgets import (
    CoverReceipt,
    Indicator,
    PriorityProject,
    Project,
    ProjectEntry,
    StartReceipt,
)
from steppe.request import Request, command, get, given, listing, public_listing, segment

Light = Literal["green", "yellow", "red"]
Stage = Literal["registered", "started", "closed"]


def register_project(
    *,
    participant_id: str,
    asset: str,
    place: str,
    code: str,
    energy: Amount,
    document: str,
    new: bool = False,
    renewable: Amount = "0",
    feedstock: Amount = "0",
    intensity: Amount = "0",
    inputs: Mapping[str, Amount] | None = None,
    pot: str | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a project be put under a budget (regulator); a second person approves it.

    A new one needs the inputs of its place's method: see `Project.obligation`.
    """
    values = dict(inputs or {})  # or pairs, as typed
    body = given(
        participant_id=participant_id,
        asset=asset,
        place=place,
        code=code,
        energy=decimal_text(energy),
        renewable=decimal_text(renewable),
        feedstock=decimal_text(feedstock),
        intensity=decimal_text(intensity),
        new=new,
        inputs={name: _text(value) for name, value in values.items()},
        pot=pot,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/projects", ApprovalReceipt, body, idempotency_key=idempotency_key)


def projects(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    place: str | None = None,
    stage: Stage | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Project]]:
    """List projects: participants see their own."""
    return listing(
        "/v1/projects",
        Project,
        ledger=ledger,
        asset=asset,
        place=place,
        stage=stage,
        limit=limit,
        cursor=cursor,
    )


def project(project_id: str) -> Request[Project]:
    """Show a project and what it must cover."""
    return get(_path(project_id), Project)


def project_entries(
    project_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[ProjectEntry]]:
    """List what happened to a project."""
    return listing(f"{_path(project_id)}/entries", ProjectEntry, limit=limit, cursor=cursor)


def priority_projects(
    *,
    ledger: str | None = None,
    place: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[PriorityProject]]:
    """List the projects that places serve first out of what they have set aside."""
    path = "/v1/priority-projects"
    return public_listing(
        path, PriorityProject, ledger=ledger, place=place, limit=limit, cursor=cursor
    )


def adjust_budget(
    project_id: str,
    *,
    change: Amount,
    document: str,
    pot: str | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a budget be raised, or part of it recalled by a negative change (regulator)."""
    terms = given(change=decimal_text(change), pot=pot)
    return _ask(project_id, "adjust", terms, document, expires_on, idempotency_key)


def record_use(
    project_id: str,
    *,
    energy: Amount,
    document: str,
    renewable: Amount = "0",
    feedstock: Amount = "0",
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that what a project used be booked on its budget (regulator)."""
    terms = {
        "energy": decimal_text(energy),
        "renewable": decimal_text(renewable),
        "feedstock": decimal_text(feedstock),
    }
    return _ask(project_id, "use", terms, document, expires_on, idempotency_key)


def prioritise_project(
    project_id: str,
    *,
    document: str,
    listed: bool = True,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a project come on its place's priority list, or off it (regulator)."""
    terms = {"listed": listed}
    return _ask(project_id, "prioritise", terms, document, expires_on, idempotency_key)


def close_project(
    project_id: str,
    *,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a project be closed (regulator); its place gets back what it has not used."""
    return _ask(project_id, "close", {}, document, expires_on, idempotency_key)


def cover_obligation(
    project_id: str, *, quantity: Amount, idempotency_key: str | None = None
) -> Request[CoverReceipt]:
    """Deliver held units for what your new project must cover, or pay it. It is final."""
    path = f"{_path(project_id)}:cover"
    body = {"quantity": decimal_text(quantity)}
    return command(path, CoverReceipt, body, idempotency_key=idempotency_key)


def start_project(project_id: str, *, idempotency_key: str | None = None) -> Request[StartReceipt]:
    """Start a project of yours; a new one must have covered its obligation."""
    path = f"{_path(project_id)}:start"
    return command(path, StartReceipt, idempotency_key=idempotency_key)


def set_indicator(
    *,
    ledger: str,
    kind: str,
    place: str,
    name: Literal["total", "intensity", "quality"],
    period: str,
    target: Amount,
    value: Amount,
    unit: str,
    data_source: str,
    document: str,
    binding: bool = False,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a target of a place, and how it stands, be recorded (regulator)."""
    body = given(
        ledger=ledger,
        kind=kind,
        place=place,
        name=name,
        period=period,
        binding=binding,
        target=decimal_text(target),
        value=decimal_text(value),
        unit=unit,
        data_source=data_source,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/indicators", ApprovalReceipt, body, idempotency_key=idempotency_key)


def indicators(
    *,
    ledger: str | None = None,
    kind: str | None = None,
    place: str | None = None,
    period: str | None = None,
    light: Light | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Indicator]]:
    """List targets of places, every period, with how each place stood."""
    return public_listing(
        "/v1/indicators",
        Indicator,
        ledger=ledger,
        kind=kind,
        place=place,
        period=period,
        light=light,
        limit=limit,
        cursor=cursor,
    )


def _path(project_id: str) -> str:
    return f"/v1/projects/{segment(project_id)}"


def _ask(  # noqa: PLR0917
    project_id: str,
    act: str,
    terms: Mapping[str, object],
    document: str,
    expires_on: date | None,
    idempotency_key: str | None,
) -> Request[ApprovalReceipt]:
    """Ask for an act on a project."""
    body = {**terms, **given(document=document, expires_on=expires_on and day_text(expires_on))}
    path = f"{_path(project_id)}:{act}"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def _text(value: Amount) -> str:
    return value if isinstance(value, str) else decimal_text(value)
