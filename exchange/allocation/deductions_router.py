"""Routes of deductions from allocations, and of borrowing, which is deducted too."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from exchange.allocation import after_issue_queries as queries
from exchange.allocation.after_issue_schemas import (
    BorrowingView,
    BorrowRequest,
    DeductionView,
    RegisterDeductionRequest,
)
from exchange.api.amounts import invalid, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.core.after_issue.commands import BorrowAllowances, RegisterDeduction
from exchange.core.after_issue.state import Ground
from exchange.core.types import ParticipantId
from exchange.core.units import format_decimal
from exchange.ids import (
    ACCOUNT,
    DEDUCTION,
    LOT,
    PARTICIPANT,
    PLAN,
    numbered,
    parse_numbered,
    reference,
)
from exchange.storage.tables_after_issue import borrowings, deductions

RATIO_SCALE = 6
Whose = Annotated[str | None, Query(max_length=20, examples=["p12"])]

router = APIRouter(tags=["allocation"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/v1/deductions", status_code=202, response_model=ApprovalReceipt)
async def register_deduction(
    body: RegisterDeductionRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a participant's next allocation be cut; a second regulator approves it.

    What is more than the next allocation is carried over to those that follow.
    """
    if (body.quantity is None) == (body.ratio is None):
        raise invalid("/ratio", "quantity_or_ratio", "give a quantity or a ratio, and one alone")
    asset = await edge.directory.asset_anywhere(body.asset)
    quantity, ratio = body.quantity or "0", body.ratio or "0"
    act = RegisterDeduction(
        ParticipantId(parse_numbered(body.participant_id, PARTICIPANT)),
        body.entity,
        asset.asset_id,
        body.reach == "kind",
        parse_amount(quantity, asset.scale, "/quantity"),
        parse_amount(ratio, RATIO_SCALE, "/ratio"),
        Ground(body.ground),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("/v1/deductions", response_model=Page[DeductionView])
async def list_deductions(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    participant_id: Whose = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List deductions and what of them still waits: participants see their own."""
    rows, more = await queries.page(
        edge,
        principal,
        request,
        response,
        deductions,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )
    return {"items": [await _deduction(edge, row) for row in rows], "next_cursor": more}


@router.post("/v1/borrowings", status_code=202, response_model=ApprovalReceipt)
async def borrow_allowances(
    body: BorrowRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that an entity be given units of a coming allocation; a second regulator approves it.

    `allocation.formula.borrow` says how many at most; they are deducted from that allocation.
    """
    asset = await edge.directory.asset_anywhere(body.asset)
    act = BorrowAllowances(
        ParticipantId(parse_numbered(body.participant_id, PARTICIPANT)),
        body.entity,
        asset.asset_id,
        parse_amount(body.due, asset.scale, "/due"),
        parse_amount(body.allocated, asset.scale, "/allocated"),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        body.vintage,
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("/v1/borrowings", response_model=Page[BorrowingView])
async def list_borrowings(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    participant_id: Whose = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what was borrowed from coming allocations: participants see their own."""
    rows, more = await queries.page(
        edge,
        principal,
        request,
        response,
        borrowings,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )
    return {"items": [await _borrowing(edge, row) for row in rows], "next_cursor": more}


async def _deduction(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset, shared = await queries.facts(edge, row)
    measured = row.quantity > 0
    waiting = row.remaining > 0 if measured else not row.series
    figures = queries.amounts(asset, row, "quantity", "remaining")
    return {
        "deduction_id": reference(asset.ledger, DEDUCTION, row.deduction_id),
        **shared,
        "reach": "kind" if row.any_of_kind else "asset",
        "quantity": figures["quantity"] if measured else None,
        "ratio": None if measured else format_decimal(row.ratio_ppm, RATIO_SCALE),
        "ground": row.ground,
        "remaining": figures["remaining"] if measured else None,
        "series": numbered(PLAN, row.series) if row.series else None,
        "status": "waiting" if waiting else "used",
        "document": row.document,
        "sequence": row.registered_seq,
        "updated_sequence": row.updated_seq,
    }


async def _borrowing(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset, shared = await queries.facts(edge, row)
    return {
        "deduction_id": reference(asset.ledger, DEDUCTION, row.deduction_id),
        **shared,
        "account_id": reference(asset.ledger, ACCOUNT, row.account_id),
        "lot_id": reference(asset.ledger, LOT, row.lot_id),
        **queries.amounts(asset, row, "quantity", "most", "due", "allocated"),
        "rule": {"id": row.rule_id, "version": row.rule_version},
        "document": row.document,
        "sequence": row.seq,
    }
