"""Who may submit which command. The gateway asks this table and nobody else decides it again.

Rule: staff of regulators and exchange do not trade (carbon regulation 2024 art. 7, 20): no staff
role may place orders.
"""

from dataclasses import dataclass
from typing import Protocol

from exchange.core import commands
from exchange.core.after_issue import table as after_issue
from exchange.core.allocation import table as allocation
from exchange.core.approvals.acts import ACTS
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.budgets import table as budgets
from exchange.core.cancellation import table as cancellation
from exchange.core.command import Command
from exchange.core.compliance import table as compliance
from exchange.core.crossing import table as crossing
from exchange.core.locks import table as locks
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.paid_use import table as paid_use
from exchange.core.permits import table as permits_table
from exchange.core.reserves import table as reserves
from exchange.core.totals import table as totals
from exchange.core.types import Role, Scope
from exchange.core.water import table as water

_TRADE = Mandate(own=TRADERS, scope=Scope.TRADE)
_CANCEL = Mandate(own=TRADERS, scope=Scope.TRADE, any=(Role.EXCHANGE_OPERATOR,))
_TRANSFER = Mandate(own=TRADERS, scope=Scope.TRANSFER)
_OPERATOR = Mandate(any=(Role.EXCHANGE_OPERATOR,))
_FREEZER = Mandate(any=(Role.REGULATOR, Role.EXCHANGE_OPERATOR))

MANDATES: dict[type[Command], Mandate] = {
    commands.AdvanceTime: Mandate(),
    commands.ActivateRules: _OPERATOR,
    commands.AdmitParticipant: _OPERATOR,
    commands.FreezeParticipant: _FREEZER,
    commands.UnfreezeParticipant: _FREEZER,
    commands.DefineAsset: Mandate(any=(Role.REGULATOR, Role.EXCHANGE_OPERATOR)),
    commands.AuthoriseIssuance: REGULATOR,
    commands.IssueUnits: REGULATOR,
    commands.DepositCash: Mandate(any=(Role.CLEARING,)),
    commands.CreateTransfer: _TRANSFER,
    commands.PostTransfer: _TRANSFER,
    commands.VoidTransfer: _TRANSFER,
    commands.FreezeUnits: _FREEZER,
    commands.UnfreezeUnits: _FREEZER,
    commands.ListInstrument: _OPERATOR,
    commands.HaltInstrument: _OPERATOR,
    commands.ResumeInstrument: _OPERATOR,
    commands.PlaceOrder: _TRADE,
    commands.PlaceOrders: _TRADE,
    commands.ReplaceOrder: _TRADE,
    commands.CancelOrder: _CANCEL,
    commands.CancelOrders: _CANCEL,
    **totals.MANDATES,
    **allocation.MANDATES,
    **compliance.MANDATES,
    **locks.MANDATES,
    **permits_table.MANDATES,
    **water.MANDATES,
    **crossing.MANDATES,
    **paid_use.MANDATES,
    **budgets.MANDATES,
    **after_issue.MANDATES,
    **cancellation.MANDATES,
    **reserves.MANDATES,
}
"""Who may submit a command of the inbox follows from the act that it is about."""


class Actor(Protocol):
    """Who acts.

    An operator of a participant, with a role, scopes, and the ledgers it may touch (none: all).
    """

    @property
    def operator_id(self) -> int: ...
    @property
    def participant_id(self) -> int: ...
    @property
    def role(self) -> Role: ...
    @property
    def scopes(self) -> frozenset[Scope]: ...
    @property
    def ledgers(self) -> frozenset[str]: ...


def permits(actor: Actor, ledger: str, command: Command) -> bool:
    """Tell whether an actor may submit a command to a ledger."""
    if actor.ledgers and ledger not in actor.ledgers:
        return False
    if getattr(command, "operator_id", actor.operator_id) != actor.operator_id:
        return False
    owner = getattr(command, "participant_id", None)
    if isinstance(command, RequestApproval | WithdrawRequest):
        if command.requester_id != actor.participant_id or command.kind not in ACTS:
            return False
        return _may(actor, MANDATES[ACTS[command.kind].kind], owner)
    if isinstance(command, ApproveRequest | RejectRequest):
        act = ACTS.get(command.kind)
        return act is not None and _may_decide(actor, MANDATES[act.kind], owner)
    return _may(actor, MANDATES[type(command)], owner)


def _may(actor: Actor, mandate: Mandate, owner: int | None) -> bool:
    if actor.role in mandate.any:
        return Scope.ADMIN in actor.scopes
    return (
        actor.role in mandate.own
        and (mandate.scope is None or mandate.scope in actor.scopes)
        and owner == actor.participant_id
    )


def _may_decide(actor: Actor, mandate: Mandate, owner: int | None) -> bool:
    """Who may submit an act may decide on one that another asked for, given the scope for that."""
    own = actor.role in mandate.own and owner == actor.participant_id
    return (own or actor.role in mandate.any) and Scope.APPROVE in actor.scopes


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The venue acting for itself: its first rulebook, the sandbox's opening state."""

    role: Role
    operator_id: int = 0
    participant_id: int = 0
    scopes: frozenset[Scope] = frozenset({Scope.ADMIN})
    ledgers: frozenset[str] = frozenset()
