"""Methods of calculation: which there are, and what they come to. Nothing is changed."""

from collections.abc import Mapping
from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import Evaluation, Formula, Page
from steppe.request import Request, given, public_listing


def formulas(*, ledger: str | None = None, as_of: date | None = None) -> Request[Page[Formula]]:
    """List the formulas in force on a day, each with its typed inputs."""
    day = None if as_of is None else day_text(as_of)
    return public_listing("/v1/formulas", Formula, ledger=ledger, as_of=day)


def evaluate_formula(
    formula: str, *, inputs: Mapping[str, Amount], as_of: date | None = None
) -> Request[Evaluation]:
    """Evaluate a formula with the rules of a day and tell how.

    Raises: as the venue refuses: `steppe.ProblemError` with `code`, `rule` and `figures`.
    """
    values = {name: _text(value) for name, value in dict(inputs).items()}  # or pairs, as typed
    day = None if as_of is None else day_text(as_of)
    body = {"formula": formula, "inputs": values, **given(as_of=day)}
    return Request(
        "POST", "/v1/formulas:evaluate", Evaluation, body=body, public=True, reads_only=True
    )


def _text(value: Amount) -> str:
    return value if isinstance(value, str) else decimal_text(value)
