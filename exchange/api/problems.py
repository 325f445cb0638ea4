"""Problems (RFC 9457): the catalogue of all stable codes, and how errors become answers.

What the caller sent is never repeated in an answer.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

from exchange.api.body import Carried
from exchange.api.catalogue import CATALOGUE, Entry
from exchange.errors import ExchangeError, FieldError, Refused

MEDIA_TYPE = "application/problem+json"
ERRORS_MAX = 100


class FieldFault(BaseModel):
    pointer: str = Field(examples=["/quantity"], description="JSON pointer into the request")
    code: str = Field(examples=["string_pattern_mismatch"])
    detail: str


class RuleView(BaseModel):
    id: str = Field(examples=["carbon.trading.band"])
    version: int = Field(examples=[1])


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(examples=["/v1/problems/price_outside_band"])
    title: str = Field(examples=["The price lies outside today's band"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["price_outside_band"])
    detail: str = ""
    rule: RuleView | None = None
    figures: dict[str, str] = Field(default_factory=dict, examples=[{"low": "89.53"}])
    request_id: str = ""
    retryable: bool = False
    errors: list[FieldFault] = Field(default_factory=list)


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in (
        (400, "Malformed request"),
        (401, "Not authenticated"),
        (403, "Not allowed"),
        (404, "Not found"),
        (405, "Method not allowed"),
        (408, "The request took too long to arrive"),
        (409, "Conflict"),
        (412, "Stale"),
        (413, "Too large"),
        (415, "Not JSON"),
        (422, "Refused, by its form or by a rule"),
        (428, "If-Match is missing"),
        (429, "Too many requests"),
        (503, "Not available now"),
    )
}


def entry_of(code: str, status: int) -> Entry:
    return CATALOGUE.get(code) or Entry(status, code, code)


def status_of(error: ExchangeError) -> int:
    """Return the HTTP status: a refusal has that of its code, so that a code has one status."""
    if isinstance(error, Refused):
        return entry_of(error.code, error.status).status
    return error.status


def problem_of(error: ExchangeError, request_id: str = "", language: str = "") -> dict[str, Any]:
    """Describe an error as a problem."""
    entry = entry_of(error.code, error.status)
    chinese = prefers_chinese(language)
    problem: dict[str, Any] = {
        "type": f"/v1/problems/{error.code}",
        "title": entry.title_zh if chinese else entry.title_en,
        "status": status_of(error),
        "code": error.code,
        "detail": error.detail,
        "request_id": request_id,
        "retryable": error.retryable,
        "figures": error.figures,
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in error.errors[:ERRORS_MAX]
        ],
        **error.members,
    }
    if error.rule is not None:
        problem["rule"] = {"id": error.rule.rule_id, "version": error.rule.version}
    return problem


@lru_cache(maxsize=256)
def prefers_chinese(language: str) -> bool:
    """Tell whether an Accept-Language header puts Chinese before English."""
    weights = {"zh": 0.0, "en": 0.0, "*": 0.0}
    for entry in language[:200].lower().split(","):
        tag, _, parameter = entry.partition(";")
        name = tag.strip().partition("-")[0]
        weight = _WEIGHT.fullmatch(parameter.strip())
        if name in weights and (weight or not parameter):
            weights[name] = max(weights[name], float(weight[1]) if weight else 1.0)
    return weights["zh"] > max(weights["en"], weights["*"])


_WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)", re.ASCII)


def answer(request: Request, error: ExchangeError) -> Response:
    problem = problem_of(
        error,
        request.scope.get("request_id", ""),
        request.headers.get("accept-language", ""),
    )
    return Response(
        msgspec.json.encode(problem),
        status_code=status_of(error),
        media_type=MEDIA_TYPE,
        headers=error.headers,
    )


def install(app: FastAPI) -> None:
    """Have every failure of the application answered as a problem."""

    async def on_exchange(request: Request, error: Exception) -> Response:
        assert isinstance(error, ExchangeError)
        return answer(request, error)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, _invalid(error))

    async def on_http(request: Request, error: Exception) -> Response:
        if isinstance(error, Carried):
            return answer(request, error.error)
        assert isinstance(error, StarletteHTTPException)
        return answer(request, _plain(error))

    async def on_fault(request: Request, _error: Exception) -> Response:
        request_id = request.scope.get("request_id", "")
        headers = {"X-Request-Id": request_id} if request_id else {}
        return answer(request, ExchangeError("internal_error", headers=headers))

    app.router.redirect_slashes = False  # it would redirect to whatever the Host header names
    app.add_exception_handler(ExchangeError, on_exchange)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)


def _invalid(error: RequestValidationError) -> ExchangeError:
    faults = []
    for fault in error.errors():
        where, *path = fault["loc"]
        pointer = "".join(f"/{_step(part)}" for part in path)
        if where != "body":
            pointer = f"#{where}{pointer}"
        faults.append(FieldError(pointer, fault["type"], _detail(fault)))
    invalid = ExchangeError("invalid_request", "the request does not have the form asked for")
    invalid.errors = faults
    invalid.status = 422
    return invalid


def _step(part: object) -> str:
    """Write one step of a JSON pointer; a name the caller made up is cut and made printable."""
    text = str(part)[:64].replace("~", "~0").replace("/", "~1")
    return text if text.isprintable() else ascii(text)[1:-1]


def _detail(fault: dict[str, Any]) -> str:
    return "the value is not allowed" if fault["type"] == "value_error" else str(fault["msg"])


def _plain(error: StarletteHTTPException) -> ExchangeError:
    codes = {404: "not_found", 405: "method_not_allowed"}
    plain = ExchangeError(codes.get(error.status_code, "malformed_request"))
    plain.status = error.status_code
    plain.headers = dict(error.headers or {})
    return plain
