"""Commands: all that can be asked of a ledger's venue. Imperative names, canonical bytes.

A command is data without I/O, so the journal can hold it and replay can repeat it. Here stand those
of the market; an institution with a package of its own has its commands there.
"""

import msgspec

from exchange.core.after_issue.commands import AfterIssueCommand
from exchange.core.allocation.commands import AllocationCommand
from exchange.core.approvals.commands import ApprovalsCommand
from exchange.core.budgets.commands import BudgetsCommand
from exchange.core.cancellation.commands import CancellationCommand
from exchange.core.command import Command
from exchange.core.compliance.commands import ComplianceCommand
from exchange.core.crossing.commands import CrossingCommand
from exchange.core.locks.commands import LocksCommand
from exchange.core.paid_use.commands import PaidUseCommand
from exchange.core.permits.commands import PermitsCommand
from exchange.core.reserves.commands import ReservesCommand
from exchange.core.rules import Rule
from exchange.core.totals.commands import TotalsCommand
from exchange.core.types import (
    AccountId,
    AccountType,
    AssetId,
    ChainId,
    Day,
    FreezeId,
    InstrumentId,
    LotId,
    OrderId,
    ParticipantId,
)
from exchange.core.water.commands import WaterCommand
from matching import OrderType, SelfTradePrevention, Side, TimeInForce


class AdvanceTime(Command, frozen=True):
    """Fire everything due up to `to_ns`: session changes, expiries, the day's close."""

    to_ns: int


class ActivateRules(Command, frozen=True):
    """Put rule versions in force. Later activations add versions or replace equal ones."""

    rules: tuple[Rule, ...]
    document: str


class AdmitParticipant(Command, frozen=True):
    """Admit a participant to this ledger, or restate the facts its eligibility hangs on."""

    participant_id: ParticipantId
    account_type: AccountType
    region: str
    basin: str
    sector: str
    group_id: int
    document: str


class FreezeParticipant(Command, frozen=True):
    """Stop a participant's orders and outgoing transfers; its open orders are cancelled."""

    participant_id: ParticipantId
    document: str


class UnfreezeParticipant(Command, frozen=True):
    participant_id: ParticipantId
    document: str


class DefineAsset(Command, frozen=True):
    """Define what can be held.

    Unit, scale (decimals), kind (`CEA`, `SO2`, ...), vintage, basin or region.
    """

    code: str
    kind: str
    unit: str
    scale: int
    title_zh: str
    title_en: str
    vintage: str
    region: str
    basin: str


class AuthoriseIssuance(Command, frozen=True):
    """Raise (or lower, below zero) the cap under which an asset may be issued."""

    asset_id: AssetId
    quantity: int
    document: str


class IssueUnits(Command, frozen=True):
    """Issue units under the cap to a participant as one lot.

    `tradable_from` 0 means at once; `valid_to` 0 means no end.
    """

    asset_id: AssetId
    participant_id: ParticipantId
    quantity: int
    vintage: str
    region: str
    basin: str
    valid_from: Day
    valid_to: Day
    tradable_from: Day
    source: str


class DepositCash(Command, frozen=True):
    """Credit money that has arrived at the settlement bank."""

    participant_id: ParticipantId
    cash_fen: int
    reference: str


class TransferLeg(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One movement of a chain. `lot_id` 0 takes the oldest tradable lots first."""

    debit_account_id: AccountId
    credit_account_id: AccountId
    quantity: int
    lot_id: LotId


class CreateTransfer(Command, frozen=True):
    """Move amounts between accounts, all legs or none; `pending` only reserves them."""

    participant_id: ParticipantId
    legs: tuple[TransferLeg, ...]
    pending: bool
    reference: str


class PostTransfer(Command, frozen=True):
    """Make a pending chain final."""

    participant_id: ParticipantId
    chain_id: ChainId


class VoidTransfer(Command, frozen=True):
    """Release a pending chain."""

    participant_id: ParticipantId
    chain_id: ChainId


class FreezeUnits(Command, frozen=True):
    """Reserve part of an account so that it can be neither sold nor moved (`lot_id` 0.

    Oldest first).
    """

    account_id: AccountId
    quantity: int
    lot_id: LotId
    document: str


class UnfreezeUnits(Command, frozen=True):
    freeze_id: FreezeId
    document: str


class ListInstrument(Command, frozen=True):
    """List an instrument. Tick, step, limits, band and fees come from the rulebook.

    `region`, `basin` and `sector` narrow who may trade (empty: no such limit).
    """

    code: str
    asset_id: AssetId
    title_zh: str
    title_en: str
    reference_price: int
    region: str
    basin: str
    sector: str


class HaltInstrument(Command, frozen=True):
    instrument_id: InstrumentId
    document: str


class ResumeInstrument(Command, frozen=True):
    instrument_id: InstrumentId
    document: str


class PlaceOrder(Command, frozen=True):
    """Enter an order. `price` 0 for market orders; `expires_on` 0 unless good till date."""

    participant_id: ParticipantId
    client_order_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: int
    price: int
    order_type: OrderType
    time_in_force: TimeInForce
    post_only: bool
    expires_on: Day
    self_trade_prevention: SelfTradePrevention


class PlaceOrders(Command, frozen=True):
    """Enter several orders, all or none (an atomic batch)."""

    participant_id: ParticipantId
    orders: tuple[PlaceOrder, ...]


class ReplaceOrder(Command, frozen=True):
    """Change a resting order's price and total quantity."""

    participant_id: ParticipantId
    order_id: OrderId
    price: int
    quantity: int


class CancelOrder(Command, frozen=True):
    participant_id: ParticipantId
    order_id: OrderId


class CancelOrders(Command, frozen=True):
    """Cancel all open orders of a participant; `instrument_id` 0 and `side` 0 mean any."""

    participant_id: ParticipantId
    instrument_id: InstrumentId
    side: int


MarketCommand = (
    AdvanceTime
    | ActivateRules
    | AdmitParticipant
    | FreezeParticipant
    | UnfreezeParticipant
    | DefineAsset
    | AuthoriseIssuance
    | IssueUnits
    | DepositCash
    | CreateTransfer
    | PostTransfer
    | VoidTransfer
    | FreezeUnits
    | UnfreezeUnits
    | ListInstrument
    | HaltInstrument
    | ResumeInstrument
    | PlaceOrder
    | PlaceOrders
    | ReplaceOrder
    | CancelOrder
    | CancelOrders
)

AnyCommand = (
    MarketCommand
    | ApprovalsCommand
    | TotalsCommand
    | AllocationCommand
    | ComplianceCommand
    | LocksCommand
    | PermitsCommand
    | WaterCommand
    | CrossingCommand
    | PaidUseCommand
    | BudgetsCommand
    | AfterIssueCommand
    | CancellationCommand
    | ReservesCommand
)
