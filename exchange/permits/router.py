"""Routes of permits: recorded and changed by two regulators, renewed at their holder's request."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import tuple_

from exchange.api.amounts import format_day, parse_amount, parse_day, parse_optional_day
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt, LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, initiate, last_day, receipt
from exchange.core.permits.commands import (
    DecideRenewal,
    RecordPermit,
    RequestRenewal,
    UpdatePermit,
)
from exchange.core.permits.content import PERMIT_SCALE, Permitted, PermitTerms, Substitution
from exchange.core.permits.events import RenewalRequested
from exchange.core.types import ParticipantId, PermitId
from exchange.ids import PARTICIPANT, PERMIT, parse_numbered, parse_reference
from exchange.permits import queries
from exchange.permits.schemas import (
    DecideRenewalRequest,
    PermitView,
    QuantityForm,
    RecordPermitRequest,
    RenewalReceipt,
    RenewalRequest,
    TermsForm,
    UpdatePermitRequest,
)
from exchange.storage.tables_permits import permits

router = APIRouter(
    prefix="/v1/permits", tags=["permits"], route_class=StrictRoute, responses=RESPONSES
)


def _quantities(forms: Sequence[QuantityForm]) -> tuple[Permitted, ...]:
    return tuple(
        [
            Permitted(
                form.kind,
                parse_amount(form.quantity, PERMIT_SCALE, f"/quantities/{place}/quantity"),
            )
            for place, form in enumerate(forms)
        ]
    )


def _terms(body: TermsForm) -> PermitTerms:
    return PermitTerms(
        _quantities(body.quantities),
        parse_day(body.valid_from, "/valid_from"),
        parse_optional_day(body.valid_to, "/valid_to"),
        body.new_project,
        body.non_attainment,
        tuple(
            [
                Substitution(
                    form.kind,
                    parse_amount(form.quantity, PERMIT_SCALE, f"/substitution/{place}/quantity"),
                    form.source,
                )
                for place, form in enumerate(body.substitution)
            ]
        ),
    )


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def record_permit(
    body: RecordPermitRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a permit be recorded as its document says; a second regulator approves it."""
    holder_id = ParticipantId(parse_numbered(body.participant_id, PARTICIPANT))
    act = RecordPermit(holder_id, body.number, _terms(body), body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, body.ledger, key, act, last, response)


@router.post("/{permit_id}:update", status_code=202, response_model=ApprovalReceipt)
async def update_permit(
    permit_id: str,
    body: UpdatePermitRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a permit's next version be recorded; a second regulator approves it."""
    ledger, number = parse_reference(permit_id, PERMIT)
    act = UpdatePermit(PermitId(number), _terms(body), body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post("/{permit_id}:request-renewal", status_code=201, response_model=RenewalReceipt)
async def request_renewal(
    permit_id: str,
    body: RenewalRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that one's own permit be renewed, so many days before its end as the rule says."""
    ledger, number = parse_reference(permit_id, PERMIT)
    command = RequestRenewal(
        ParticipantId(principal.participant_id), PermitId(number), _quantities(body.quantities)
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, RenewalRequested)
    return {
        **receipt(ledger, committed, response),
        "permit_id": permit_id,
        "renewal": event.renewal,
        "requested_on": format_day(event.requested_on),
    }


@router.post("/{permit_id}:decide-renewal", status_code=202, response_model=ApprovalReceipt)
async def decide_renewal(
    permit_id: str,
    body: DecideRenewalRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a renewal be granted or refused; a second regulator approves it."""
    ledger, number = parse_reference(permit_id, PERMIT)
    act = DecideRenewal(
        PermitId(number),
        body.outcome == "granted",
        _quantities(body.quantities),
        parse_optional_day(body.valid_to, "/valid_to"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.get("", response_model=Page[PermitView])
async def list_permits(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List permits as they stand: participants see their own, readers all."""
    order = (permits.c.ledger, permits.c.permit_id)
    query = queries.permits_query(edge, principal, ledger).order_by(*order)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
        items = await queries.permit_views(edge, connection, rows[:limit])
    more = more_after(request, response, rows, limit, "ledger", "permit_id")
    return {"items": items, "next_cursor": more}


@router.get("/{permit_id}", response_model=PermitView)
async def show_permit(permit_id: str, edge: EdgeDep, principal: CurrentPrincipal) -> dict[str, Any]:
    """Show a permit of one's own, or anybody's to readers."""
    async with edge.reading() as connection:
        row = await queries.find_permit(edge, connection, principal, permit_id)
        (view,) = await queries.permit_views(edge, connection, [row])
    return view
