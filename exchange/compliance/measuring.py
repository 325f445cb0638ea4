"""From the sources of a report to its quantity: checked, evaluated by rule, and written down.

The content is canonical JSON (sorted keys, no spaces) whose SHA-256 the journal has; it holds the
trace of every source, so that anybody computes the quantity again.
"""

import hashlib
import json
from dataclasses import dataclass

from exchange.api.amounts import invalid, parse_day
from exchange.api.directory import AssetFacts
from exchange.compliance.report_schemas import SourceForm, SubmitReportRequest
from exchange.core.evaluation import NoResult, evaluate, method
from exchange.core.rules import RuleBook, RuleRef
from exchange.core.units import NUMBER_MAX, format_decimal, half_up
from exchange.errors import ExchangeError

METHOD = "compliance.formula.source"
DECIMALS = 9
"""Of the sum before it is rounded: no formula has more."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A report's content and what the journal is told of it."""

    content: str
    quantity: int
    trace_hash: bytes
    method: RuleRef


def measure(
    body: SubmitReportRequest, book: RuleBook, asset: AssetFacts, days: tuple[int, int]
) -> Measured:
    """Compute a report's quantity. Raises: Unprocessable, with the field at fault."""
    _check_days(body, days)
    _check_attachments(body)
    made = method(book, METHOD)
    total, traces = 0, []
    for place, source in enumerate(body.sources):
        _check_units(source, asset.unit, f"/sources/{place}")
        try:
            found = evaluate(made, book, {"activity": source.activity, "factor": source.factor})
        except NoResult as fault:
            raise _problem(fault, f"/sources/{place}") from fault
        total += found.value * 10 ** (DECIMALS - found.trace.scale)
        traces.append(found.trace.canonical().decode())
    quantity = half_up(total * 10**asset.scale, 10**DECIMALS)
    if quantity > NUMBER_MAX:
        raise invalid("/sources", "number_too_large", "the sum is too large")
    written = body.model_dump(exclude={"attachments"}) | {
        "attachments": [{"name": one.name, "sha256": one.sha256} for one in body.attachments],
        "traces": traces,
        "sum": format_decimal(total, DECIMALS),
        "quantity": format_decimal(quantity, asset.scale),
        "unit": asset.unit,
    }
    content = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256("\n".join(traces).encode()).digest()
    rule = made.rule
    return Measured(content, quantity, digest, RuleRef(rule.rule_id, rule.version))


def _check_days(body: SubmitReportRequest, days: tuple[int, int]) -> None:
    for name, text, day in (
        ("first_day", body.first_day, days[0]),
        ("last_day", body.last_day, days[1]),
    ):
        if parse_day(text, f"/{name}") != day:
            raise invalid(f"/{name}", "outside_period", "the report is of another period")


def _check_units(source: SourceForm, unit: str, pointer: str) -> None:
    """Check that activity times factor is in the ledger's unit."""
    if source.factor_unit != f"{unit}/{source.activity_unit}":
        detail = f"a factor for {source.activity_unit} is in {unit}/{source.activity_unit}"
        raise invalid(f"{pointer}/factor_unit", "unit_mismatch", detail)


def _check_attachments(body: SubmitReportRequest) -> None:
    for place, one in enumerate(body.attachments):
        if one.content is None:
            continue
        if hashlib.sha256(one.content.encode()).hexdigest() != one.sha256:
            detail = "the content has another SHA-256"
            raise invalid(f"/attachments/{place}/sha256", "hash_mismatch", detail)


def _problem(fault: NoResult, pointer: str) -> ExchangeError:
    field = f"{pointer}/{fault.given}" if fault.given else pointer
    return invalid(field, fault.code, ", ".join(f"{name} {text}" for name, text in fault.figures))
