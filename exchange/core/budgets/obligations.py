"""What a new project must cover before it starts, by the method of its place.

Invariants: a new project starts only when what it must cover is delivered or paid; what was
delivered is gone for good, and counts as used by the place of who delivered it.
Rule: `budgets.obligation_method`; the narrowest place that has one decides, else the general one.
Money: price x counted quantity, half up to the fen.
"""

from exchange.core import evaluation
from exchange.core.budgets.commands import CoverObligation, StartProject
from exchange.core.budgets.events import (
    ObligationCovered,
    ObligationDetermined,
    ProjectStarted,
)
from exchange.core.budgets.state import Obligation, Project, Stage
from exchange.core.endings import end_units
from exchange.core.evaluation import Method, NoResult
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.postings import move
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals import places
from exchange.core.totals.targets import house_account
from exchange.core.transfers import refuse_give, refuse_spend
from exchange.core.types import CASH, CASH_SCALE, Purpose, TransferCode
from exchange.core.units import NUMBER_MAX, format_decimal, half_up

INTENSITY_SCALE = 4
METHOD = "budgets.obligation_method"


def _method_place(state: State, place: str) -> str:
    """Return the narrowest place with a method of its own, or nothing for the general one."""
    known = {rule.rule_id.rpartition(".")[2] for rule in state.rules.families(METHOD)}
    return next((each for each in places.chain(place) if each in known), "")


def _inputs(state: State, project: Project, change: int, method: Method) -> dict[str, str]:
    """Return the project's facts that a method asks for, and what else was given.

    Raises: NoResult.
    """
    scale = state.assets[project.asset_id].scale
    facts = {
        "new_energy": format_decimal(project.energy + change, scale),
        "renewable": format_decimal(project.renewable, scale),
        "feedstock": format_decimal(project.feedstock, scale),
        "intensity": format_decimal(project.intensity, INTENSITY_SCALE),
    }
    asked = {one.name for one in method.formula.inputs}
    own = {key: value for key, value in facts.items() if key in asked}
    for key, _ in project.inputs:
        if key in own:
            raise NoResult("input_unknown", method.reference, given=key)
    return own | dict(project.inputs)


def _obligation(state: State, project: Project, change: int = 0) -> Obligation | None:
    """Apply the method to a project whose energy changes by so much; None without a method.

    Raises: NoResult.
    """
    names = state.rules.names(METHOD, _method_place(state, project.place))
    if not names:
        return None
    method = evaluation.method(state.rules, f"obligation.formula.{names[0]}")
    inputs = _inputs(state, project, change, method)
    found = evaluation.evaluate(method, state.rules, inputs)
    trace, asset, reference = found.trace, state.assets[project.asset_id], method.reference
    payable = trace.unit.startswith("yuan/")
    scale = CASH_SCALE if payable else asset.scale
    factor = project.counted + change if payable else 1
    divisor = 10 ** (trace.scale + (asset.scale if payable else 0))
    quantity = half_up(found.value * factor * 10**scale, divisor)
    if quantity > NUMBER_MAX:
        raise NoResult("number_too_large", reference)
    before = project.obligation
    if before is not None and project.covered and before.payable != payable:
        raise NoResult("method_changed", reference)
    return Obligation(reference, quantity, payable, tuple(inputs.items()), trace.digest())


def refuse_determine(state: State, project: Project, change: int = 0) -> Refusal | None:
    """Tell why the method of its place gives no result for a new project that has not started."""
    if not project.new or project.stage is not Stage.REGISTERED:
        return None
    try:
        _obligation(state, project, change)
    except NoResult as fault:
        given = {"input": fault.given} if fault.given else {}
        ruled = {} if fault.rule is None else {"rule": fault.rule.rule_id}
        figures = {"fault": fault.code} | given | ruled | dict(fault.figures)
        place = _method_place(state, project.place)
        return state.refuse(RejectReason.OBLIGATION_INVALID, place, **figures)
    return None


def determine(state: State, project: Project) -> list[AnyEvent]:
    """Emits: ObligationDetermined for a new project that has not started, if there is a method."""
    if not project.new or project.stage is not Stage.REGISTERED:
        return []
    project.obligation = found = _obligation(state, project)
    if found is None:
        return []
    return [
        ObligationDetermined(
            project.project_id,
            found.method,
            state.today,
            found.inputs,
            found.quantity,
            found.payable,
            found.trace_hash,
        )
    ]


def outstanding(project: Project) -> int:
    """Return what is still to be covered."""
    found = project.obligation
    return 0 if found is None else max(found.quantity - project.covered, 0)


def _refuse_owner(state: State, command: CoverObligation | StartProject) -> Refusal | None:
    """Check that there is such a project of one's own, that waits to be started."""
    project = state.budgets.projects.get(command.project_id)
    if project is None or project.participant_id != command.participant_id:
        return state.refuse(RejectReason.PROJECT_UNKNOWN)
    if state.participants[command.participant_id].frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    if project.stage is Stage.CLOSED:
        return state.refuse(RejectReason.PROJECT_CLOSED)
    if project.stage is Stage.STARTED:
        return state.refuse(RejectReason.PROJECT_STARTED)
    return None


def _figures(state: State, project: Project) -> dict[str, str]:
    found = project.obligation
    asset = state.assets[CASH if found is not None and found.payable else project.asset_id]
    quantity = 0 if found is None else found.quantity
    return {
        "obligation": format_decimal(quantity, asset.scale),
        "covered": format_decimal(project.covered, asset.scale),
        "outstanding": format_decimal(outstanding(project), asset.scale),
        "unit": asset.unit,
    }


def refuse_cover(state: State, command: CoverObligation) -> Refusal | None:
    refusal = _refuse_owner(state, command)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    project = state.budgets.projects[command.project_id]
    found = project.obligation
    if found is None or command.quantity > outstanding(project):
        return state.refuse(RejectReason.OBLIGATION_EXCEEDED, **_figures(state, project))
    participant = state.participants[command.participant_id]
    if found.payable:
        return refuse_spend(state, participant.cash, command.quantity)
    return refuse_give(state, participant, project.asset_id, command.quantity)


def cover(state: State, command: CoverObligation) -> list[AnyEvent]:
    """Posts: as `end_units`; or the member's cash to `treasury`.

    Emits: ObligationCovered, PlaceAccountOpened, TransferPosted.
    """
    project = state.budgets.projects[command.project_id]
    found = project.obligation
    assert found is not None
    participant, quantity = state.participants[command.participant_id], command.quantity
    project.covered += quantity
    told = ObligationCovered(project.project_id, quantity, project.covered, outstanding(project))
    reference = f"project j{project.project_id}"
    if not found.payable:
        ended = end_units(
            state, participant, project.asset_id, quantity, TransferCode.COVER, reference
        )
        return [told, *ended]
    treasury, events = house_account(state, CASH, Purpose.TREASURY)
    paid = move(state, participant.cash, treasury, quantity, TransferCode.COVER, reference)
    return [told, *events, paid]


def refuse_start(state: State, command: StartProject) -> Refusal | None:
    refusal = _refuse_owner(state, command)
    if refusal is not None:
        return refusal
    project = state.budgets.projects[command.project_id]
    if not outstanding(project):
        return None
    return state.refuse(
        RejectReason.OBLIGATION_UNCOVERED,
        _method_place(state, project.place),
        **_figures(state, project),
    )


def start(state: State, command: StartProject) -> list[AnyEvent]:
    """Emits: ProjectStarted."""
    state.budgets.projects[command.project_id].stage = Stage.STARTED
    return [ProjectStarted(command.project_id)]
