"""The venue of one ledger: the table of all commands, and the one function that applies them.

The table reads as the list of institutions: for each command how it is refused and how it is done.
A `refuse` function changes nothing; a `do` function may not fail. What takes two people is refused
to one, and carried out by the approval.
"""

from typing import Self

from exchange.core import (
    amending,
    commands,
    instruments,
    issuance,
    participants,
    sessions,
    snapshot,
    trading,
    transfers,
)
from exchange.core.act import Do, Refuse
from exchange.core.after_issue import table as after_issue
from exchange.core.allocation import table as allocation
from exchange.core.approvals import table as approvals
from exchange.core.approvals.acts import ACTS
from exchange.core.approvals.requests import refuse_alone
from exchange.core.budgets import table as budgets
from exchange.core.command import Command
from exchange.core.compliance import table as compliance
from exchange.core.outcomes import Outcome, Sequenced
from exchange.core.paid_use import table as paid_use
from exchange.core.permits import table as permits
from exchange.core.reserves import table as reserves
from exchange.core.state import new_state

INSTITUTIONS: dict[type[Command], tuple[Refuse, Do]] = {
    commands.AdvanceTime: (sessions.refuse_advance, sessions.advance),
    commands.ActivateRules: (issuance.refuse_rules, issuance.activate_rules),
    commands.AdmitParticipant: (participants.refuse_admit, participants.admit),
    commands.FreezeParticipant: (participants.refuse_freeze, participants.freeze),
    commands.UnfreezeParticipant: (participants.refuse_unfreeze, participants.unfreeze),
    commands.DefineAsset: (issuance.refuse_define, issuance.define),
    commands.AuthoriseIssuance: (issuance.refuse_authorise, issuance.authorise),
    commands.IssueUnits: (issuance.refuse_issue, issuance.issue),
    commands.DepositCash: (issuance.refuse_deposit, issuance.deposit),
    commands.CreateTransfer: (transfers.refuse_create, transfers.create),
    commands.PostTransfer: (transfers.refuse_finish, transfers.post_pending),
    commands.VoidTransfer: (transfers.refuse_finish, transfers.void_pending),
    commands.FreezeUnits: (transfers.refuse_freeze, transfers.freeze),
    commands.UnfreezeUnits: (transfers.refuse_unfreeze, transfers.unfreeze),
    commands.ListInstrument: (instruments.refuse_list, instruments.list_instrument),
    commands.HaltInstrument: (instruments.refuse_halt, instruments.halt),
    commands.ResumeInstrument: (instruments.refuse_resume, instruments.resume),
    commands.PlaceOrder: (trading.refuse_place, trading.place),
    commands.PlaceOrders: (trading.refuse_place_all, trading.place_all),
    commands.ReplaceOrder: (amending.refuse_replace, amending.replace),
    commands.CancelOrder: (amending.refuse_cancel, amending.cancel),
    commands.CancelOrders: (amending.refuse_cancel_all, amending.cancel_all),
    **approvals.TABLE,
    **allocation.TABLE,
    **compliance.TABLE,
    **permits.TABLE,
    **paid_use.TABLE,
    **budgets.TABLE,
    **after_issue.TABLE,
    **reserves.TABLE,
    **{act.kind: (refuse_alone, act.do) for act in ACTS.values()},
}


class Venue:
    """One ledger as a value: the same entries always lead to the same state."""

    __slots__ = ("state",)

    def __init__(self, ledger: str) -> None:
        self.state = new_state(ledger)

    def apply(self, entry: Sequenced, /) -> Outcome:
        """Check, then change. Entries come in sequence without a gap, and time never goes back."""
        state = self.state
        assert entry.seq == state.seq + 1
        assert entry.at_ns >= state.now_ns
        assert entry.at_ns < state.next_due_ns or isinstance(entry.command, commands.AdvanceTime)
        state.seq = entry.seq
        refuse, do = INSTITUTIONS[type(entry.command)]
        refusal = refuse(state, entry.command)
        if refusal is not None:
            return Outcome(refusal, ())
        # Every check is above this line; nothing below it may fail.
        return Outcome(None, tuple(do(state, entry.command)))

    @property
    def started(self) -> bool:
        """Tell whether the clock has been set: the first command of a ledger is `AdvanceTime`."""
        return self.state.now_ns > 0

    @property
    def next_due_ns(self) -> int:
        """When `AdvanceTime` is due next."""
        return self.state.next_due_ns

    def snapshot(self) -> bytes:
        """Return the canonical bytes of the state: equal for states that will act alike."""
        return snapshot.encode(self.state)

    def state_hash(self) -> bytes:
        """Return the SHA-256 of the snapshot."""
        return snapshot.digest(self.snapshot())

    @classmethod
    def restore(cls, data: bytes) -> Self:
        venue = cls.__new__(cls)
        venue.state = snapshot.decode(data)
        return venue
