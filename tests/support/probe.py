"""A small application behind the strict edge, without a database."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI, Request, Response
from httpx2 import ASGITransport, AsyncClient
from pydantic import BaseModel, ConfigDict

from exchange.api import problems
from exchange.api.amounts import ClientId, DecimalText, Prose, SignedDecimalText
from exchange.api.body import StrictRoute
from exchange.api.middleware import EdgeMiddleware
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef
from exchange.errors import Refused

BODY_BYTES_MAX = 64 * 1024
router = APIRouter(route_class=StrictRoute)


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")
    quantity: DecimalText | None = None
    change: SignedDecimalText | None = None
    name: ClientId | None = None
    text: Prose | None = None
    nested: Any = None


class Seen(BaseModel):
    seen: dict[str, Any]


@router.post("/things", status_code=201, response_model=Seen)
async def post_thing(body: Everything) -> dict[str, Any]:
    return {"seen": body.model_dump(exclude_none=True)}


@router.post("/things/{name}:poke", response_model=Seen)
async def poke(name: str) -> dict[str, Any]:
    return {"seen": {"name": name}}


class Number(NamedTuple):
    value: int


@router.get("/numbers", response_model=Page[int])
async def numbers(
    request: Request, response: Response, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> dict[str, Any]:
    (after,) = read_cursor(cursor, int) or (0,)
    rows = [Number(number) for number in range(after + 1, min(after + limit + 1, 250) + 1)]
    more = more_after(request, response, rows, limit, "value")
    return {"items": [row.value for row in rows[:limit]], "next_cursor": more}


@router.get("/refused", response_model=Seen)
async def refused() -> None:
    figures = (("low", "89.53"), ("high", "109.43"))
    rule = RuleRef("carbon.trading.band", 2)
    raise Refused(Refusal(RejectReason.PRICE_OUTSIDE_BAND, rule, figures), "/price")


@router.get("/unknown", response_model=Seen)
async def unknown() -> None:
    raise Refused(Refusal(RejectReason.ASSET_UNKNOWN))


@router.get("/broken", response_model=Seen)
async def broken() -> None:
    raise RuntimeError("the password is hunter2")


class Requests:
    """Keeps what the middleware tells about each request."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, int]] = []

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.seen.append((route, method, status))


def probe_app(metrics: Requests) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(EdgeMiddleware, body_bytes_max=BODY_BYTES_MAX, metrics=metrics)
    app.include_router(router)
    return app


@asynccontextmanager
async def open_probe(metrics: Requests | None = None) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(probe_app(metrics or Requests()), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://venue") as client:
        yield client


async def chunks(part: bytes, count: int) -> AsyncIterable[bytes]:
    for _ in range(count):
        yield part
