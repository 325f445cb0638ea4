"""Errors of the edge: the caller or the outside failed. Each carries its status and a stable code.

What the market refuses is no exception inside the core; `Refused` carries such a refusal to the
caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exchange.core.outcomes import Refusal
from exchange.core.rules import RuleRef


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request: a JSON pointer, a stable code, a sentence. Never the value itself."""

    pointer: str
    code: str
    detail: str


class ExchangeError(Exception):
    """An answer with a problem. Subclasses fix the status."""

    status = 500
    retryable = False

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.rule: RuleRef | None = None
        self.figures: dict[str, str] = {}
        self.members: dict[str, str] = {}
        """Further members of the problem, where another standard asks for them."""


class BadRequest(ExchangeError):
    status = 400


class Unauthenticated(ExchangeError):
    status = 401


class Forbidden(ExchangeError):
    status = 403


class NotFound(ExchangeError):
    status = 404


class RequestTimeout(ExchangeError):
    status = 408
    retryable = True


class Conflict(ExchangeError):
    status = 409


class PreconditionFailed(ExchangeError):
    status = 412


class TooLarge(ExchangeError):
    status = 413


class UnsupportedMedia(ExchangeError):
    status = 415


class Unprocessable(ExchangeError):
    status = 422


class PreconditionRequired(ExchangeError):
    status = 428


class TooManyRequests(ExchangeError):
    status = 429
    retryable = True


class Unavailable(ExchangeError):
    """The venue cannot take it now; the same request may be repeated."""

    status = 503
    retryable = True

    def __init__(self, code: str, detail: str = "", *, retry_after_s: int = 1) -> None:
        super().__init__(code, detail, headers={"Retry-After": str(retry_after_s)})


class Refused(ExchangeError):
    """The market said no, by a rule or by the state of things."""

    status = 422

    def __init__(self, refusal: Refusal, pointer: str = "") -> None:
        code = refusal.reason.value
        super().__init__(code)
        if code.endswith("_unknown"):
            self.status = 404
        elif code.endswith("_exists"):
            self.status = 409
        self.rule = refusal.rule
        self.figures = dict(refusal.figures)
        if pointer:
            self.errors = [FieldError(pointer, refusal.reason.value, "")]
