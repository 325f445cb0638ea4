"""Checking what a plan gives an entity: computed again, from the venue's word or the rulebook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steppe.formula_text import NotComputable
from steppe.models import EntityCalculation, Rule
from steppe.recompute import Recomputed, recompute


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What one's own computation came to; `differences` names what the venue has otherwise."""

    recomputed: Recomputed
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the venue's quantity, trace and hash are one's own."""
        return not self.differences


def recompute_allocation(
    calculation: EntityCalculation, rules: Iterable[Rule] | None = None
) -> Recalculation:
    """Compute again what a published plan gives an entity, and tell where that differs.

    Args:
        calculation: from `Client.plan_calculation`
        rules: the rulebook of the trace's day (`Client.rules(ledger=..., as_of=...)`), which then
            counts instead of the figures that the calculation names; without it they are taken
            as they are. The formula is the plan's own version.

    Raises: NotComputable, `trace_missing` when the plan named the quantity itself.
    """
    trace = calculation.trace
    if trace is None:
        raise NotComputable("trace_missing", calculation.entity)
    known = {rule.id: rule for rule in (_named(trace) if rules is None else rules)}
    formula = calculation.formula
    known[formula.id] = _rule(formula.id, formula.version, "formula", formula.lines, formula.unit)
    inputs = {name: value for name, _, value in trace["inputs"]}
    day = date.fromisoformat(trace["as_of"])
    found = recompute(formula.id, inputs, known.values(), day)
    said = {
        "quantity": calculation.quantity == Decimal(found.result),
        "trace": trace == found.trace,
        "trace_hash": calculation.trace_hash == found.trace_hash,
    }
    return Recalculation(found, tuple(name for name, same in said.items() if not same))


def _named(trace: dict[str, list[list[str]]]) -> list[Rule]:
    """Return the figures that a trace names, as rules."""
    return [
        _rule(rule, int(version), "fraction" if "/" in value else "decimal", (value,), "")
        for _, rule, version, value in trace["parameters"]
    ]


def _rule(name: str, version: int, kind: str, value: tuple[str, ...], unit: str) -> Rule:
    return Rule(
        id=name,
        version=version,
        kind=kind,
        value=value,
        unit=unit,
        valid_from=date.min,
        title_zh="",
        title_en="",
        source="",
        evidence="",
    )
