"""Routes of the sandbox clock. Outside the sandbox they do not exist."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_time, invalid, parse_time
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.problems import RESPONSES
from exchange.api.schemas import STRICT
from exchange.api.security import CurrentPrincipal
from exchange.clock import NS_PER_SECOND, VirtualClock
from exchange.errors import NotFound

router = APIRouter(
    prefix="/v1/sandbox", tags=["sandbox"], route_class=StrictRoute, responses=RESPONSES
)
AHEAD_DAYS_MAX = 3660
DAY_S = 86_400


class AdvanceRequest(BaseModel):
    """Either a moment or a number of seconds."""

    model_config = STRICT
    to: Annotated[str | None, Field(max_length=40, examples=["2026-03-03T01:31:00Z"])] = None
    seconds: Annotated[int | None, Field(strict=True, ge=0, le=AHEAD_DAYS_MAX * DAY_S)] = None


class ClockView(BaseModel):
    time: str
    rate: str = Field(examples=["1"], description="Virtual seconds in a real one")


def _clock(edge: Edge) -> VirtualClock:
    if not isinstance(edge.clock, VirtualClock):
        raise NotFound("not_sandbox")
    return edge.clock


@router.get("/clock", response_model=ClockView)
async def show_clock(edge: EdgeDep, _principal: CurrentPrincipal) -> dict[str, Any]:
    """Show the virtual clock."""
    clock = _clock(edge)
    return {"time": format_time(clock.now_ns()), "rate": str(clock.rate)}


@router.post("/clock:advance", response_model=ClockView)
async def advance_clock(
    body: AdvanceRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Let time pass for the whole venue.

    The answer comes when every ledger has lived through it.
    """
    clock = _clock(edge)

    async def act(_connection: AsyncConnection) -> dict[str, Any]:
        clock.advance(_step_ns(body, clock.now_ns()))
        await edge.gateway.tick()
        return {"time": format_time(clock.now_ns()), "rate": str(clock.rate)}

    return await once(edge, principal, key, "advance_clock", body, response, act)


def _step_ns(body: AdvanceRequest, now: int) -> int:
    """Return by how much the clock is to jump. Raises: Unprocessable."""
    if (body.to is None) == (body.seconds is None):
        raise invalid("/to", "one_of", "give either `to` or `seconds`")
    target = now
    if body.to is not None:
        target = parse_time(body.to, "/to")
    elif body.seconds is not None:
        target = now + body.seconds * NS_PER_SECOND
    if not now <= target <= now + AHEAD_DAYS_MAX * DAY_S * NS_PER_SECOND:
        raise invalid("/to", "time_out_of_range", "time goes forward, ten years at most")
    return target - now
