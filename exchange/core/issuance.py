"""Assets, their caps, and how units and money enter a ledger.

Invariants: issued <= cap, because units are issued out of an account that the cap filled; every
asset sums to zero.
Rule: a registry creates a vintage and hands it out under the regulator's total (carbon regulation
2024 art. 9).
"""

from exchange.core.assets import open_asset
from exchange.core.budgets import indicators
from exchange.core.commands import (
    ActivateRules,
    AuthoriseIssuance,
    DefineAsset,
    DepositCash,
    IssueUnits,
)
from exchange.core.events import AnyEvent, RulesActivated
from exchange.core.handing_out import hand_out
from exchange.core.outcomes import Refusal
from exchange.core.postings import move
from exchange.core.reasons import RejectReason
from exchange.core.rules import Rule
from exchange.core.sessions import apply_rules
from exchange.core.state import DUTY, Lot, State
from exchange.core.types import (
    CASH,
    CASH_SCALE,
    AccountType,
    Purpose,
    TransferCode,
)
from exchange.core.units import NUMBER_MAX, format_decimal

SCALE_MAX = 9


def refuse_rules(state: State, command: ActivateRules) -> Refusal | None:
    if not command.rules:
        return state.refuse(RejectReason.RULE_INVALID)
    named: dict[tuple[str, int], Rule] = {}
    for rule in command.rules:
        fault = state.rules.fault(rule)
        if named.setdefault((rule.rule_id, rule.version), rule) != rule:
            fault = "this version stands twice with other content"
        if fault:
            return state.refuse(RejectReason.RULE_INVALID, rule=rule.rule_id, fault=fault)
    return None


def activate_rules(state: State, command: ActivateRules) -> list[AnyEvent]:
    """Put rules in force. The first activation opens the ledger: its money and the house accounts.

    Emits: AssetDefined and AccountOpened at first, RulesActivated, and BandSet where a band
    changes.
    """
    events: list[AnyEvent] = []
    if CASH not in state.assets:
        money = DefineAsset("CNY", "CASH", "CNY", CASH_SCALE, "人民币", "Chinese yuan", "", "", "")
        events.extend(open_asset(state, money, (Purpose.BANK, Purpose.FEES)))
    state.rules.activate(command.rules)
    events.append(RulesActivated(state.rules.rule_set, command.rules, command.document))
    events.extend(apply_rules(state))
    return events


def refuse_define(state: State, command: DefineAsset) -> Refusal | None:
    if CASH not in state.assets:
        return state.refuse(RejectReason.RULE_MISSING)
    if command.code in state.asset_codes:
        return state.refuse(RejectReason.ASSET_EXISTS)
    if not 0 <= command.scale <= SCALE_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def define(state: State, command: DefineAsset) -> list[AnyEvent]:
    """Emits: AssetDefined, AccountOpened for its source and for what may be issued."""
    return open_asset(state, command, (Purpose.SOURCE, Purpose.ISSUABLE))


def refuse_authorise(state: State, command: AuthoriseIssuance) -> Refusal | None:
    asset = state.assets.get(command.asset_id)
    if asset is None or command.asset_id == CASH or asset.kind == DUTY:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if command.quantity == 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.asset_id in state.totals.places:
        return state.refuse(RejectReason.CAP_IS_CONTROL_TOTAL, asset.kind)
    source = state.accounts.house(command.asset_id, Purpose.SOURCE)
    issuable = state.accounts.house(command.asset_id, Purpose.ISSUABLE)
    if command.quantity - source.posted > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    if issuable.available + command.quantity < 0:
        return state.refuse(
            RejectReason.CAP_EXCEEDED,
            asset.kind,
            unissued=format_decimal(issuable.available, asset.scale),
        )
    return None


def authorise(state: State, command: AuthoriseIssuance) -> list[AnyEvent]:
    """Posts: `source` to `issuable`, or back when the cap is lowered. Emits: TransferPosted."""
    source = state.accounts.house(command.asset_id, Purpose.SOURCE)
    issuable = state.accounts.house(command.asset_id, Purpose.ISSUABLE)
    if command.quantity > 0:
        return [move(state, source, issuable, command.quantity, TransferCode.CAP, command.document)]
    return [move(state, issuable, source, -command.quantity, TransferCode.CAP, command.document)]


def refuse_issue(state: State, command: IssueUnits) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset = state.assets.get(command.asset_id)
    if asset is None or command.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if participant.account_type == AccountType.OPERATOR:
        return state.refuse(RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE, asset.kind)
    refusal = indicators.refuse_more(state, asset, participant.region)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.valid_to and command.valid_to < max(command.valid_from, state.today):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    if command.asset_id in state.totals.places:
        return state.refuse(RejectReason.ISSUANCE_NEEDS_PLAN, asset.kind)
    issuable = state.accounts.house(command.asset_id, Purpose.ISSUABLE)
    if issuable.available < command.quantity:
        return state.refuse(
            RejectReason.CAP_EXCEEDED,
            asset.kind,
            unissued=format_decimal(issuable.available, asset.scale),
            requested=format_decimal(command.quantity, asset.scale),
        )
    return None


def issue(state: State, command: IssueUnits) -> list[AnyEvent]:
    """Posts: `issuable` to the holding, as a new lot.

    Emits: AccountOpened at first, LotCreated, TransferPosted.
    """
    participant = state.participants[command.participant_id]
    lot = Lot(
        command.asset_id,
        command.vintage,
        command.region,
        command.basin,
        command.valid_from,
        command.valid_to,
        command.source,
    )
    _, events = hand_out(
        state, participant, lot, command.quantity, tradable_from=command.tradable_from
    )
    return events


def refuse_deposit(state: State, command: DepositCash) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if participant.account_type == AccountType.OPERATOR:
        return state.refuse(RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE)
    if command.cash_fen <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.cash_fen - state.cash_account(Purpose.BANK).posted > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def deposit(state: State, command: DepositCash) -> list[AnyEvent]:
    """Posts: `bank` to the participant's cash. Emits: TransferPosted."""
    cash = state.participants[command.participant_id].cash
    bank = state.cash_account(Purpose.BANK)
    return [move(state, bank, cash, command.cash_fen, TransferCode.DEPOSIT, command.reference)]
