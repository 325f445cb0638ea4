"""Exit codes, and what is said on the way out. The codes are an interface: never renumbered."""

from enum import IntEnum

import msgspec
import typer

from steppe import errors
from steppe.cli.output import OutputForm


class Exit(IntEnum):
    """What a script may rely on; 1 is left to faults of this program."""

    OK = 0
    USAGE = 2
    REFUSED = 3
    NOT_AUTHORISED = 4
    NOT_FOUND = 5
    CONFLICT = 6
    UNAVAILABLE = 7
    OUTCOME_UNKNOWN = 8


_EXITS: tuple[tuple[type[errors.SteppeError], Exit], ...] = (
    (errors.OutcomeUnknown, Exit.OUTCOME_UNKNOWN),
    (errors.NotFound, Exit.NOT_FOUND),
    (errors.Conflict, Exit.CONFLICT),
    (errors.Refused, Exit.REFUSED),
    (errors.Unauthenticated, Exit.NOT_AUTHORISED),
    (errors.Forbidden, Exit.NOT_AUTHORISED),
    (errors.Invalid, Exit.USAGE),
    (errors.SteppeError, Exit.UNAVAILABLE),
)


def exit_code(error: errors.SteppeError) -> Exit:
    """Return the exit code of an error."""
    return next(code for kind, code in _EXITS if isinstance(error, kind))


def complain(error: errors.SteppeError, form: OutputForm) -> None:
    """Say on the error output what went wrong and what to do about it."""
    if form == "json":
        typer.echo(msgspec.json.encode(_facts(error)).decode(), err=True)
        return
    typer.echo(f"error: {error}", err=True)
    if isinstance(error, errors.OutcomeUnknown) and error.command_ids:
        typer.echo(
            f"Send it again with the same id ({error.command_id}), never with a new one.", err=True
        )
    if not isinstance(error, errors.ProblemError):
        return
    for field in error.errors:
        typer.echo(f"  {field.pointer}: {field.detail or field.code}", err=True)
    for name, value in error.figures.items():
        typer.echo(f"  {name} = {value}", err=True)
    if error.request_id:
        typer.echo(f"  request {error.request_id}", err=True)


def _facts(error: errors.SteppeError) -> object:
    match error:
        case errors.ProblemError():
            return error.problem
        case errors.OutcomeUnknown():
            ids = error.command_ids
            return {"code": "outcome_unknown", "command_ids": ids, "detail": str(error)}
        case _:
            return {"code": "unavailable", "detail": str(error)}
