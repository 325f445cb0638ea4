"""A venue that answers from a script, and a time that passes only when somebody waits."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import httpx2

from steppe import AsyncClient, Client, Credentials, RetryPolicy

Reply = httpx2.Response | Exception

ORDER = {
    "order_id": "carbon.o17",
    "client_order_id": "mine-1",
    "instrument": "CEA24",
    "status": "open",
    "quantity": "100",
    "leaves": "100.0000",
    "executed": "0",
    "executed_value": "0.00",
    "fills": [],
    "accepted_at": "2026-03-02T01:35:00.000000Z",
    "sequence": 12,
    "rule_set": 3,
    "side": "buy",
    "order_type": "limit",
    "time_in_force": "gtc",
    "a_field_of_tomorrow": {"x": 1},
}

PLACE = {"instrument": "CEA24", "side": "buy", "quantity": "100", "price": "81.50"}


def ok(body: object) -> httpx2.Response:
    return httpx2.Response(200, json=body)


def problem(status: int, code: str, headers: dict[str, str] | None = None, **more: object) -> Reply:
    body = {"type": "about:blank", "title": code, "status": status, "code": code, **more}
    content_type = {"content-type": "application/problem+json"}
    return httpx2.Response(status, json=body, headers={**content_type, **(headers or {})})


class Script:
    """The replies to give, one for each request; a token is given at any time."""

    def __init__(self, replies: Iterable[Reply] = (), *, tokens: Iterable[Reply] = ()) -> None:
        self.replies = list(replies)
        self.tokens = list(tokens)
        self.requests: list[httpx2.Request] = []
        self.token_requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth/token":
            self.token_requests.append(request)
            name = f"token-{len(self.token_requests)}"
            granted = ok({"access_token": name, "token_type": "Bearer", "expires_in": 900})
            return _given(self.tokens.pop(0) if self.tokens else granted)
        self.requests.append(request)
        return _given(self.replies.pop(0))

    def headers(self, name: str) -> list[str | None]:
        return [request.headers.get(name) for request in self.requests]


class Time:
    """Waits, and how long they were."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def monotonic(self) -> float:
        return self.now


Call = Callable[..., Any]


def call_blocking(
    script: Script,
    time: Time,
    method: str,
    *args: Any,
    credentials: Credentials | None = None,
    retry: RetryPolicy | None = None,
    **kwargs: Any,
) -> Any:
    transport = httpx2.MockTransport(script)
    with Client(
        "http://venue.test",
        credentials=credentials,
        retry=retry,
        transport=transport,
        sleep=time.sleep,
        monotonic=time.monotonic,
    ) as client:
        result = getattr(client, method)(*args, **kwargs)
        return list(result) if method.startswith("iter") else result


def call_awaiting(
    script: Script,
    time: Time,
    method: str,
    *args: Any,
    credentials: Credentials | None = None,
    retry: RetryPolicy | None = None,
    **kwargs: Any,
) -> Any:
    async def main() -> Any:
        async with AsyncClient(
            "http://venue.test",
            credentials=credentials,
            retry=retry,
            transport=httpx2.MockTransport(script),
            sleep=time.asleep,
            monotonic=time.monotonic,
        ) as client:
            result = getattr(client, method)(*args, **kwargs)
            if method.startswith("iter"):
                return [item async for item in result]
            return await result

    return asyncio.run(main())


def _given(reply: Reply) -> httpx2.Response:
    if isinstance(reply, Exception):
        raise reply
    return reply
