"""From the signature of an operation to the arguments and options of a verb.

Positional parameters become arguments, the others options; the type says how the text is read.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from steppe.amounts import Amount
from steppe.cli import readers
from steppe.cli.glossary import HELP, OPTION_NAMES
from steppe.models import (
    Attachment,
    ListedEntity,
    NewOrder,
    PlanFile,
    PlanRow,
    ReportSource,
    Rule,
    Substitution,
    SurrenderItem,
    TransferLeg,
)


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is typed: what typer is told it is, how its text is read, what help calls it."""

    annotation: Any
    read: Callable[[str], Any] | None = None
    metavar: str | None = None


_FORMS = {
    frozenset(get_args(Amount)): Form(object, readers.amount, "DECIMAL"),
    frozenset({date}): Form(object, readers.day, "YYYY-MM-DD"),
    frozenset({datetime}): Form(object, readers.moment, "TIME"),
    frozenset({int, str}): Form(object, readers.version, "VERSION"),
    frozenset({Sequence[NewOrder]}): Form(object, readers.orders, "FILE"),
    frozenset({Sequence[PlanRow]}): Form(object, readers.plan_rows, "FILE"),
    frozenset({PlanFile}): Form(object, readers.plan_file, "FILE"),
    frozenset({Sequence[ListedEntity]}): Form(object, readers.entities, "FILE"),
    frozenset({Sequence[ReportSource]}): Form(object, readers.sources, "FILE"),
    frozenset({Sequence[Attachment]}): Form(object, readers.attachments, "FILE"),
    frozenset({Sequence[Rule]}): Form(object, readers.rules, "FILE"),
    frozenset({Mapping[str, str]}): Form(object, readers.public_key, "FILE"),
    frozenset({Mapping[str, Amount]}): Form(list[object], readers.assignment, "NAME=VALUE"),
    frozenset({Sequence[SurrenderItem]}): Form(list[object], readers.item, "LOT:QUANTITY"),
    frozenset({Sequence[TransferLeg]}): Form(list[object], readers.leg, "LEG"),
    frozenset({Sequence[Substitution]}): Form(list[object], readers.substitution, "SOURCE"),
    frozenset({Sequence[str]}): Form(list[str], None, "TEXT"),
}


def parameters(build: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a verb that runs `build`, annotated for typer."""
    hints = get_type_hints(build)
    signature = inspect.signature(build)
    return [
        _parameter(one, hints[one.name], HELP.get(f"{build.__name__}.{one.name}") or HELP[one.name])
        for one in signature.parameters.values()
    ]


def _parameter(one: inspect.Parameter, hint: Any, help_text: str) -> inspect.Parameter:
    form = _form(hint)
    info: Any
    if one.kind is inspect.Parameter.KEYWORD_ONLY:
        name = OPTION_NAMES.get(one.name, f"--{one.name.replace('_', '-')}")
        info = typer.Option(name, help=help_text, parser=form.read, metavar=form.metavar)
    else:
        metavar = form.metavar or one.name.upper()
        info = typer.Argument(help=help_text, parser=form.read, metavar=metavar)
    annotation = form.annotation | None if one.default is None else form.annotation
    return one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[annotation, info])


def _form(hint: Any) -> Form:
    kinds = _kinds(hint)
    known = _FORMS.get(kinds)
    if known is not None:
        return known
    (kind,) = kinds
    if get_origin(kind) is Sequence:
        words = get_args(get_args(kind)[0])
        return Form(list[str], _one_of(words), f"[{'|'.join(words)}]")
    return Form(kind)


def _kinds(hint: Any) -> frozenset[Any]:
    """Return the types a hint allows, None left out."""
    members = get_args(hint) if type(None) in get_args(hint) else (hint,)
    if len(members) == 1 and get_origin(hint) not in {Literal, Sequence, Mapping}:
        members = get_args(hint) or members
    return frozenset(members) - {type(None)}


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise typer.BadParameter(f"{text!r} is none of {', '.join(words)}")
        return text

    return read
