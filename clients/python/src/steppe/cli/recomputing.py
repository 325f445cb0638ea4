"""`plans recompute`: what a plan gives an entity, computed again on this machine."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer

from steppe.allocation_check import Recalculation, recompute_allocation
from steppe.cli.exits import Exit, complain, exit_code
from steppe.cli.output import OutputForm, show
from steppe.cli.profiles import resolve
from steppe.cli.runner import Connect, fail
from steppe.client import Client
from steppe.errors import SteppeError
from steppe.formula_text import NotComputable


def recomputing(connect: Connect) -> Callable[..., None]:
    """Return the command, which connects by `connect`."""

    def run(
        plan_id: Annotated[str, typer.Argument(help="Plan, such as n17.")],
        entity: Annotated[str, typer.Argument(help="What the plan calls the entity.")],
        *,
        output: Annotated[
            OutputForm, typer.Option("--output", "-o", help="Form of the answer.")
        ] = "table",
        profile: Annotated[str | None, typer.Option(help="Profile to use.")] = None,
        url: Annotated[str | None, typer.Option(help="Address of the venue.")] = None,
    ) -> None:
        """Compute again what a published plan gives an entity. Exit code 6 when it differs."""
        try:
            client = connect(resolve(profile, url))
        except (ValueError, OSError) as error:
            fail(str(error), Exit.USAGE)
        try:
            with client:
                found = _recomputed(client, plan_id, entity)
        except SteppeError as error:
            complain(error, output)
            raise typer.Exit(exit_code(error)) from None
        except NotComputable as error:
            fail(str(error), Exit.CONFLICT)
        show(_answer(found), output)
        if not found.agrees:
            raise typer.Exit(Exit.CONFLICT)

    return run


def _recomputed(client: Client, plan_id: str, entity: str) -> Recalculation:
    calculation = client.plan_calculation(plan_id, entity)
    rules = None
    if calculation.trace is not None:
        ledger = calculation.formula.id.partition(".")[0]
        day = date.fromisoformat(calculation.trace["as_of"])
        rules = client.rules(ledger=ledger, as_of=day).items
    return recompute_allocation(calculation, rules)


def _answer(found: Recalculation) -> dict[str, Any]:
    steps = [{"step": name, "value": value} for name, value in found.recomputed.trace["steps"]]
    return {
        "agrees": found.agrees,
        "differences": list(found.differences),
        "result": found.recomputed.result,
        "unit": found.recomputed.unit,
        "trace_hash": found.recomputed.trace_hash,
        "steps": steps,
    }
