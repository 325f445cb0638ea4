"""Routes of projects: put under budgets by two regulators, covered and started by their owners."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select, tuple_

from exchange.api.amounts import format_time, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
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
from exchange.budgets import queries
from exchange.budgets.schemas import (
    AdjustBudgetRequest,
    CloseProjectRequest,
    CoverReceipt,
    CoverRequest,
    PriorityProjectView,
    PriorityRequest,
    ProjectEntryView,
    ProjectView,
    RecordUseRequest,
    RegisterProjectRequest,
    StartReceipt,
)
from exchange.core.budgets.commands import (
    AdjustBudget,
    CloseProject,
    CoverObligation,
    ListPriority,
    RecordUse,
    RegisterProject,
    StartProject,
)
from exchange.core.budgets.events import ObligationCovered
from exchange.core.budgets.obligations import INTENSITY_SCALE
from exchange.core.budgets.state import Stage
from exchange.core.types import ParticipantId, ProjectId
from exchange.core.units import format_decimal
from exchange.ids import PARTICIPANT, parse_numbered
from exchange.storage.tables_budgets import project_entries, projects

PlaceFilter = Annotated[str | None, Query(max_length=6, examples=["150200"])]

router = APIRouter(tags=["budgets"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/v1/projects", status_code=202, response_model=ApprovalReceipt)
async def register_project(
    body: RegisterProjectRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a project be put under a budget; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    act = RegisterProject(
        ParticipantId(parse_numbered(body.participant_id, PARTICIPANT)),
        asset.asset_id,
        body.place,
        body.code,
        parse_amount(body.energy, asset.scale, "/energy"),
        parse_amount(body.renewable, asset.scale, "/renewable"),
        parse_amount(body.feedstock, asset.scale, "/feedstock"),
        parse_amount(body.intensity, INTENSITY_SCALE, "/intensity"),
        body.new,
        tuple(body.inputs.items()),
        body.pot or "",
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("/v1/projects", response_model=Page[ProjectView])
async def list_projects(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    place: PlaceFilter = None,
    stage: Stage | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List projects: participants see their own, readers all."""
    order = (projects.c.ledger, projects.c.project_id)
    after = read_cursor(cursor, LEDGER, int) or (0, 0)
    query = queries.visible(edge, principal, ledger).where(tuple_(*order) > after)
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        number = edge.ledger_number(facts.ledger)
        query = query.where(projects.c.ledger == number, projects.c.asset_id == facts.asset_id)
    if place is not None:
        query = query.where(projects.c.place == place)
    if stage is not None:
        query = query.where(projects.c.stage == stage.value)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*order).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "project_id")
    return {"items": [await queries.view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/v1/priority-projects", response_model=Page[PriorityProjectView])
async def list_priority_projects(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    place: PlaceFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the projects that places serve first out of what they have set aside."""
    order = (projects.c.ledger, projects.c.project_id)
    after = read_cursor(cursor, LEDGER, int) or (0, 0)
    query = select(projects).where(
        projects.c.priority, projects.c.stage != Stage.CLOSED, tuple_(*order) > after
    )
    if ledger is not None:
        query = query.where(projects.c.ledger == edge.ledger_number(ledger))
    if place is not None:
        query = query.where(projects.c.place == place)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*order).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "project_id")
    shown = tuple(PriorityProjectView.model_fields)
    views = [await queries.view(edge, row) for row in rows[:limit]]
    return {"items": [{name: each[name] for name in shown} for each in views], "next_cursor": more}


@router.get("/v1/projects/{project_id}", response_model=ProjectView)
async def show_project(
    project_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show a project of one's own, or anybody's to readers, with what it must cover."""
    async with edge.reading() as connection:
        row = await queries.find(edge, connection, principal, project_id)
    return await queries.view(edge, row)


@router.get("/v1/projects/{project_id}/entries", response_model=Page[ProjectEntryView])
async def list_project_entries(
    project_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what happened to a project, in order."""
    after = (read_cursor(cursor, int) or (0,))[0]
    async with edge.reading() as connection:
        project = await queries.find(edge, connection, principal, project_id)
        query = (
            select(project_entries)
            .where(
                project_entries.c.ledger == project.ledger,
                project_entries.c.project_id == project.project_id,
                project_entries.c.seq > after,
            )
            .order_by(project_entries.c.seq)
        )
        rows = (await connection.execute(query.limit(limit + 1))).all()
    asset = await queries.asset_of(edge, project)
    due = queries.scale_of(project, asset)
    more = more_after(request, response, rows, limit, "seq")
    items = [
        {
            "sequence": row.seq,
            "at": format_time(row.at_ns),
            "kind": row.kind,
            "quantity": format_decimal(row.quantity, due if row.kind == "covered" else asset.scale),
            "energy": format_decimal(row.energy, asset.scale),
            "pot": row.pot,
            "document": row.document,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next_cursor": more}


@router.post("/v1/projects/{project_id}:adjust", status_code=202, response_model=ApprovalReceipt)
async def adjust_budget(
    project_id: str,
    body: AdjustBudgetRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a budget be raised, or part of it recalled; a second regulator approves it."""
    number, ledger, scale = await _found(edge, principal, project_id)
    change = parse_amount(body.change, scale, "/change")
    act = AdjustBudget(number, change, body.pot or "", body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post("/v1/projects/{project_id}:use", status_code=202, response_model=ApprovalReceipt)
async def record_use(
    project_id: str,
    body: RecordUseRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a project used be booked on its budget; a second regulator approves it."""
    number, ledger, scale = await _found(edge, principal, project_id)
    act = RecordUse(
        number,
        parse_amount(body.energy, scale, "/energy"),
        parse_amount(body.renewable, scale, "/renewable"),
        parse_amount(body.feedstock, scale, "/feedstock"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post(
    "/v1/projects/{project_id}:prioritise", status_code=202, response_model=ApprovalReceipt
)
async def list_priority(
    project_id: str,
    body: PriorityRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a project come on its place's priority list, or off it."""
    number, ledger, _ = await _found(edge, principal, project_id)
    act = ListPriority(number, body.listed, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post("/v1/projects/{project_id}:close", status_code=202, response_model=ApprovalReceipt)
async def close_project(
    project_id: str,
    body: CloseProjectRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a project be closed; its place gets back what it has not used."""
    number, ledger, _ = await _found(edge, principal, project_id)
    act = CloseProject(number, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


async def _found(
    edge: Edge, principal: CurrentPrincipal, project_id: str
) -> tuple[ProjectId, str, int]:
    """Return a project's number, its ledger and the decimals of its asset. Raises: NotFound."""
    async with edge.reading() as connection:
        row = await queries.find(edge, connection, principal, project_id)
    asset = await queries.asset_of(edge, row)
    return ProjectId(row.project_id), asset.ledger, asset.scale


@router.post("/v1/projects/{project_id}:cover", response_model=CoverReceipt)
async def cover_obligation(
    project_id: str,
    body: CoverRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Deliver held units for what one's new project must cover, or pay it. It is final."""
    async with edge.reading() as connection:
        row = await queries.find(edge, connection, principal, project_id)
    asset = await queries.asset_of(edge, row)
    scale = queries.scale_of(row, asset)
    quantity = parse_amount(body.quantity, scale, "/quantity")
    owner = ParticipantId(principal.participant_id)
    command = CoverObligation(owner, ProjectId(row.project_id), quantity)
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    event = committed.outcome.events[0]
    assert isinstance(event, ObligationCovered)
    figures = ("quantity", "covered", "outstanding")
    return {
        **receipt(asset.ledger, committed, response),
        "project_id": project_id,
        **{name: format_decimal(getattr(event, name), scale) for name in figures},
    }


@router.post("/v1/projects/{project_id}:start", response_model=StartReceipt)
async def start_project(
    project_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Start a project of one's own. A new one must have covered its obligation."""
    number, ledger, _ = await _found(edge, principal, project_id)
    command = StartProject(ParticipantId(principal.participant_id), number)
    committed = await carry_out(edge, principal, ledger, key, command)
    told = receipt(ledger, committed, response)
    return {**told, "project_id": project_id, "stage": Stage.STARTED}
