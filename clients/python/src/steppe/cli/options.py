"""From the signature of an operation to the arguments and options of a verb.

Positional parameters become arguments, the others options; the type says how the text is read.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import typer

from steppe.amounts import Amount
from steppe.cli import readers
from steppe.cli.glossary import HELP, OPTION_NAMES
from steppe.models import NewOrder, Rule, TransferLeg

Reader = Callable[[str], Any]

_READERS: dict[frozenset[Any], tuple[Reader, str]] = {
    frozenset(get_args(Amount)): (readers.amount, "DECIMAL"),
    frozenset({date}): (readers.day, "YYYY-MM-DD"),
    frozenset({datetime}): (readers.moment, "TIME"),
    frozenset({int, str}): (readers.version, "VERSION"),
    frozenset({Sequence[NewOrder]}): (readers.orders, "FILE"),
    frozenset({Sequence[Rule]}): (readers.rules, "FILE"),
    frozenset({Mapping[str, str]}): (readers.public_key, "FILE"),
}


def parameters(build: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a verb that runs `build`, annotated for typer."""
    hints = get_type_hints(build)
    return [
        _parameter(given, hints[name])
        for name, given in inspect.signature(build).parameters.items()
    ]


def _parameter(given: inspect.Parameter, hint: Any) -> inspect.Parameter:
    kinds = _kinds(hint)
    repeated = _repeated(kinds)
    reader, metavar = _READERS.get(kinds, (None, None))
    if repeated is TransferLeg:
        reader, metavar, annotation = readers.leg, "LEG", list[TransferLeg]
    elif repeated is not None and reader is None:
        annotation = list[repeated]  # type: ignore[valid-type]
    else:
        annotation = Any if reader else _single(kinds)
    info = _info(given, reader, metavar, repeated=reader is None and repeated is not None)
    default = given.default
    if default is None:
        annotation = annotation | None if annotation is not Any else Any
    return given.replace(
        kind=inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, info],
    )
