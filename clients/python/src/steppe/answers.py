"""Reading what came back: the typed answer, or a `Failure` that says what may be done about it."""

from dataclasses import dataclass
from typing import TypeVar

import httpx2
import msgspec

from steppe.errors import AnswerUnreadable, SteppeError, Unavailable, error_for
from steppe.models import Problem
from steppe.retry import retry_after_s

T = TypeVar("T")

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_NEVER_WORKS = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.TooManyRedirects)

_AGAIN = frozenset({408, 425, 429, 502, 503, 504})
_AGAIN_IF_SAID = frozenset({409, 500})
# After one of these it is open whether the command was carried out by this attempt ...
_DOUBTFUL = frozenset({408, 500, 502, 503, 504})
# ... unless the problem says that it never got that far.
_NOT_BEGUN = frozenset({"queue_full", "overloaded", "draining", "request_timeout"})
# These come after the venue has looked the command's id up: they hold for earlier attempts as well.
_SETTLING = frozenset({400, 409, 412, 413, 415, 422, 428})


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that brought no answer of the kind wanted.

    `again`: a repeat may help. `doubtful`: the command may have been carried out all the same.
    `settles`: what it says holds for earlier attempts with the same id too.
    """

    error: SteppeError
    again: bool = False
    doubtful: bool = False
    settles: bool = False
    retry_after_s: float | None = None


def read_answer(reply: httpx2.Response | httpx2.RequestError, answer: type[T]) -> T | Failure:
    """Return the answer that a reply holds, or the failure it is.

    Raises: AnswerUnreadable when the venue agreed in a form that is not `answer`.
    """
    if isinstance(reply, httpx2.RequestError):
        return _unanswered(reply)
    if not reply.is_success:
        return _refused(reply)
    try:
        return msgspec.json.decode(reply.content or b"{}", type=answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnswerUnreadable(f"answer {reply.status_code} is unreadable: {error}") from error


def _unanswered(error: httpx2.RequestError) -> Failure:
    unavailable = Unavailable(f"{type(error).__name__}: {error}")
    unavailable.__cause__ = error
    if isinstance(error, _NEVER_WORKS):
        return Failure(unavailable)
    return Failure(unavailable, again=True, doubtful=not isinstance(error, _NEVER_SENT))


def _refused(response: httpx2.Response) -> Failure:
    status = response.status_code
    problem = _problem(response)
    return Failure(
        error_for(problem),
        again=status in _AGAIN or (status in _AGAIN_IF_SAID and problem.retryable),
        doubtful=status in _DOUBTFUL and problem.code not in _NOT_BEGUN,
        settles=status in _SETTLING,
        retry_after_s=retry_after_s(response.headers.get("Retry-After")),
    )


def _problem(response: httpx2.Response) -> Problem:
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Not the venue's own words: a proxy's page, or a health report.
        status = response.status_code
        return Problem(code=f"http_{status}", status=status, title=response.reason_phrase)
    return msgspec.structs.replace(problem, status=response.status_code)
