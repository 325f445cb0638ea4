"""What can go wrong, as exceptions. All derive from `SteppeError`.

A `ProblemError` is the venue's answer: it said no, and nothing changed. Its subclasses are families
by HTTP status; below them stands one class for each code the market refuses with
(`steppe.refusals`). `OutcomeUnknown` is the one case in which the caller has to ask again, with the
same id.
"""

from steppe.models import FieldProblem, Problem, RuleRef


class SteppeError(Exception):
    """The base of all errors of this package."""


class Unavailable(SteppeError):
    """The venue could not be reached or did not answer in time, and nothing was changed by it."""


class AnswerUnreadable(SteppeError):
    """The venue agreed, in a form this version cannot read: a command has been carried out."""


class OutcomeUnknown(SteppeError):
    """A command may or may not have been carried out: no answer settled it before the deadline.

    Send the same command again with `command_id` (the idempotency key or the client order id),
    never with a new one, or look it up by its client order id. `command_ids` are those of a batch's
    orders. `command_id` is None for changes by version (PATCH): read the resource to see.
    """

    def __init__(self, command_ids: tuple[str, ...], cause: Exception | None = None) -> None:
        super().__init__(command_ids, cause)
        self.command_ids = command_ids
        self.cause = cause

    @property
    def command_id(self) -> str | None:
        return self.command_ids[0] if self.command_ids else None

    def __str__(self) -> str:
        known = ", ".join(self.command_ids[:3]) or "a change by version"
        more = ", ..." if len(self.command_ids) > 3 else ""
        return f"outcome unknown of {known}{more}: {self.cause}"


class ProblemError(SteppeError):
    """The venue answered with a problem (RFC 9457). `problem` has all of it."""

    def __init_subclass__(cls, code: str | None = None) -> None:
        super().__init_subclass__()
        if code is not None:
            assert code not in _BY_CODE, f"two classes for {code}"
            _BY_CODE[code] = cls

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def code(self) -> str:
        """The stable name of the problem."""
        return self.problem.code

    @property
    def detail(self) -> str | None:
        """A sentence for people, in the client's language."""
        return self.problem.detail

    @property
    def rule(self) -> RuleRef | None:
        """The rule and version that decided, where one did."""
        return self.problem.rule

    @property
    def figures(self) -> dict[str, str]:
        """The numbers the rule compared, as decimal text."""
        return self.problem.figures

    @property
    def errors(self) -> tuple[FieldProblem, ...]:
        """What is wrong with which field of the request."""
        return self.problem.errors

    @property
    def request_id(self) -> str | None:
        """What to tell the venue's staff when asking about this."""
        return self.problem.request_id

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.problem.retryable

    def __str__(self) -> str:
        rule = f" (rule {self.rule.id} version {self.rule.version})" if self.rule else ""
        return f"{self.code}{rule}: {self.detail or self.problem.title or self.status}"


_BY_CODE: dict[str, type[ProblemError]] = {}


class Refused(ProblemError):
    """The market says no (422): the command was understood, and a rule or a state forbids it."""


class Invalid(ProblemError):
    """The request itself is wrong: its form, a field or its size."""


class Unauthenticated(ProblemError):
    """The venue does not know who asks (401), or did not accept the credentials."""


class Forbidden(ProblemError):
    """Who asks may not do this (403)."""


class NotFound(ProblemError):
    """There is no such thing, or it belongs to somebody else (404)."""


class Conflict(ProblemError):
    """The request contradicts the present state: an id used twice, a stale version (409, 412)."""


class Overloaded(ProblemError):
    """The venue has too much to do, or the caller asks too often (429, 503)."""


class ServerFault(ProblemError):
    """The venue failed (other 5xx)."""


class ClientOrderIdReused(Conflict, code="client_order_id_reused"):
    """The client order id was used before for another order."""


class IdempotencyKeyReused(Conflict, code="idempotency_key_reused"):
    """The idempotency key was used before for another request."""


_FAMILIES: dict[int, type[ProblemError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: NotFound,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    429: Overloaded,
    503: Overloaded,
}


def by_code(code: str) -> type[ProblemError] | None:
    """Return the exception class of a problem code, None when there is none of its own."""
    return _BY_CODE.get(code)


def error_for(problem: Problem) -> ProblemError:
    """Return the exception that says `problem`: by its code, else by its status."""
    return (by_code(problem.code) or _family(problem))(problem)


def _family(problem: Problem) -> type[ProblemError]:
    if problem.status == 422:
        return Invalid if problem.errors and problem.rule is None else Refused
    if problem.status >= 500:
        return _FAMILIES.get(problem.status, ServerFault)
    return _FAMILIES.get(problem.status, Invalid)
