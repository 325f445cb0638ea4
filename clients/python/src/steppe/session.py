"""What a client does to carry out a request, without doing any of the waiting itself.

A call is a generator of steps (`Send`, `Wait`, `Authorise`). `Client` and `AsyncClient` perform the
steps, each in its own way; all decisions (tokens, repeats, doubt, errors) are here, once.

Invariants: a command is repeated only with its id; a call that ends without an answer to a command
that may have been carried out ends with `OutcomeUnknown`; one call at a time asks for a token.
"""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx2
import msgspec

from steppe.answers import Failure, read_answer
from steppe.credentials import Credentials
from steppe.errors import (
    AnswerUnreadable,
    OutcomeUnknown,
    ProblemError,
    SteppeError,
    Unauthenticated,
    Unavailable,
)
from steppe.request import Request
from steppe.retry import Attempts, RetryPolicy

T = TypeVar("T")

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path

HEADERS = {"User-Agent": "steppe-python"}

_RENEW_BEFORE_S = 30.0


def base_url(url: str) -> str:
    """Return the venue's address. Raises: ValueError when it is none."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"a venue's address begins with http:// or https://, not {url!r}")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Send:
    """Send this. The reply is the response, or the error that came instead of one."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes | None
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Let this time pass. There is no reply."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Authorise:
    """Run `Session.authorise` while no other call does. The reply is the token or the error."""

    attempts: Attempts
    stale: str | None


Step = Send | Wait | Authorise
Flow = Generator[Step, Any, T]


class TokenAnswer(msgspec.Struct, frozen=True):
    """What the token endpoint grants."""

    access_token: str
    expires_in: float


@dataclass(slots=True)
class Session:
    """The state behind a client: who it is, how it retries, the token it holds."""

    credentials: Credentials | None
    retry: RetryPolicy
    timeout_s: float
    language: str
    monotonic: Callable[[], float] = time.monotonic
    _token: str = field(default="", init=False, repr=False)
    _renew_at: float = field(default=0.0, init=False)

    def perform(self, request: Request[T]) -> Flow[T]:
        """Carry out a request and return its answer.

        Raises: ProblemError for the venue's no; Unavailable; AnswerUnreadable; OutcomeUnknown.
        """
        attempts = Attempts(self.retry, self.monotonic)
        doubt = False
        while True:
            result = yield from self._attempt(request, attempts)
            if not isinstance(result, Failure):
                return result
            doubt = doubt or result.doubtful
            wait_s = attempts.next_wait_s(result.retry_after_s)
            safe = request.repeatable or not result.doubtful
            if result.again and safe and not request.once and wait_s is not None:
                yield Wait(wait_s)
                continue
            if request.changes and doubt and not result.settles:
                raise OutcomeUnknown(request.command_ids, result.error) from result.error
            raise result.error

    def authorise(self, attempts: Attempts, stale: str | None) -> Flow[str]:
        """Return a token that is not `stale`: the one held while it lasts, else a new one.

        Raises: Unauthenticated when the venue does not accept the credentials.
        """
        if self._token and self._token != stale and self.monotonic() < self._renew_at:
            return self._token
        attempts = attempts.fresh()
        while True:
            attempts.begin()
            asked_at = self.monotonic()
            result = _read_token((yield self._token_request(attempts)))
            if not isinstance(result, Failure):
                break
            wait_s = attempts.next_wait_s(result.retry_after_s)
            if not result.again or wait_s is None:
                raise result.error
            yield Wait(wait_s)
        self._token = result.access_token
        self._renew_at = asked_at + max(result.expires_in - _RENEW_BEFORE_S, result.expires_in / 2)
        return self._token

    def headers(self, request: Request[Any]) -> dict[str, str]:
        """Return the headers of a request, without who asks."""
        headers = {"Accept": "application/json", "Accept-Language": self.language}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        return {**headers, **request.headers}

    def _attempt(self, request: Request[T], attempts: Attempts) -> Flow[T | Failure]:
        response, token = yield from self._send(request, attempts, None)
        if token and isinstance(response, httpx2.Response) and response.status_code == 401:
            # The token ended early, for instance by a restart: once more, with a new one.
            response, _ = yield from self._send(request, attempts, token)
        if isinstance(response, SteppeError):
            return Failure(response)
        return read_answer(response, request.answer)

    def _send(
        self, request: Request[Any], attempts: Attempts, stale: str | None
    ) -> Flow[tuple[httpx2.Response | httpx2.RequestError | SteppeError, str]]:
        headers = self.headers(request)
        token = ""
        if self.credentials is not None and not request.public:
            granted = yield Authorise(attempts, stale)
            if isinstance(granted, SteppeError):
                return granted, ""
            token = granted
            headers["Authorization"] = f"Bearer {token}"
        attempts.begin()
        response = yield Send(
            request.method,
            request.path,
            request.params,
            headers,
            request.content(),
            min(self.timeout_s, attempts.time_left_s()),
        )
        return response, token

    def _token_request(self, attempts: Attempts) -> Send:
        assert self.credentials is not None
        # An assertion is good for one use: each attempt makes its own.
        form = {"grant_type": "client_credentials", **self.credentials.form(int(time.time()))}
        headers = {
            "Accept": "application/json",
            "Accept-Language": self.language,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        timeout_s = min(self.timeout_s, attempts.time_left_s())
        return Send("POST", TOKEN_PATH, {}, headers, urlencode(form).encode(), timeout_s)


def _read_token(reply: httpx2.Response | httpx2.RequestError) -> TokenAnswer | Failure:
    try:
        result = read_answer(reply, TokenAnswer)
    except AnswerUnreadable as error:
        return Failure(Unavailable(f"token {error}"))
    problem = result.error if isinstance(result, Failure) else None
    if isinstance(problem, ProblemError) and problem.status in {400, 401}:
        return Failure(Unauthenticated(problem.problem))
    return result
