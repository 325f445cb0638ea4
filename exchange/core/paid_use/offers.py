"""Offers of contracts: units set aside for a member, at a price that is pinned.

Invariant: what is offered is set aside, so nobody else can be given it before the offer lapses.
Rule: `paid_use.years`, `paid_use.fee_standard`, `paid_use.exempt_up_to`, `totals.hard_limit`.
"""

from exchange.core.accounts import Account
from exchange.core.budgets import indicators
from exchange.core.events import AnyEvent, UnitsFrozen
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.commands import OfferContract
from exchange.core.paid_use.events import ContractOffered
from exchange.core.paid_use.figures import fen_of, local, longest
from exchange.core.paid_use.schedules import PRICE_SCALE, Described, Price, price_of
from exchange.core.paid_use.state import Contract, name
from exchange.core.participants import unfit
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import Asset, FrozenUnits, State
from exchange.core.totals import places, pots
from exchange.core.types import (
    CASH,
    CASH_SCALE,
    AccountType,
    ContractId,
    Day,
    FreezeId,
)
from exchange.core.units import NUMBER_MAX, format_decimal, half_up


def refuse_offer(state: State, command: OfferContract) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset = state.assets.get(command.asset_id)
    if asset is None or command.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if command.pot and command.pot not in pots.POTS:
        return state.refuse(RejectReason.POT_UNKNOWN, pot=command.pot)
    if participant.account_type == AccountType.OPERATOR:
        return state.refuse(RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE, asset.kind)
    if command.asset_id not in state.totals.places:
        return state.refuse(RejectReason.CONTROL_TOTAL_MISSING, asset.kind)
    reason = unfit(state, participant, asset)
    if reason is not None:
        return state.refuse(reason, asset.kind)
    return (
        indicators.refuse_more(state, asset, participant.region)
        or _refuse_terms(state, command, asset)
        or _refuse_units(state, command)
    )


def _refuse_terms(state: State, command: OfferContract, asset: Asset) -> Refusal | None:
    region = state.participants[command.participant_id].region
    price = price_of(state, asset.kind, region)
    if price is None:
        rule = state.rules.rule_id(f"paid_use.fee_standard.{asset.kind}")
        return state.refuse(RejectReason.RULE_MISSING, rule=rule)
    most = longest(state, asset.kind)
    if not 1 <= command.years <= most:
        figures = {"years": str(command.years), "maximum": str(most)}
        return state.refuse(RejectReason.CONTRACT_YEARS_OUT_OF_RANGE, asset.kind, **figures)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.accept_until < state.today:
        return state.refuse(RejectReason.EXPIRY_PASSED)
    if _standard_fen(command, asset, price) > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def _refuse_units(state: State, command: OfferContract) -> Refusal | None:
    """Check that the member's place, or its pot, has the units."""
    place = _place(state, command)
    return pots.refuse_short(state, command.asset_id, place, command.pot, command.quantity)


def _place(state: State, command: OfferContract) -> str:
    region = state.participants[command.participant_id].region
    place = places.of(state, command.asset_id, region)
    assert place is not None
    return place


def _standard_fen(command: OfferContract, asset: Asset, price: Price) -> int:
    """Return quantity x years x price; `paid_use.formula.fee` is the same for the standards."""
    scale = asset.scale + PRICE_SCALE - CASH_SCALE
    return half_up(command.quantity * command.years * price.price, 10**scale)


def _fee_fen(state: State, command: OfferContract, standard_fen: int) -> int:
    """Return what is to be paid: nothing where so small a fee is exempt."""
    region = state.participants[command.participant_id].region
    exempt = local(state, "paid_use.exempt_up_to", region)
    return 0 if exempt is not None and standard_fen <= fen_of(exempt) else standard_fen


def offer(state: State, command: OfferContract) -> list[AnyEvent]:
    """Emits: UnitsFrozen for what is set aside, ContractOffered."""
    asset = state.assets[command.asset_id]
    place = _place(state, command)
    price = price_of(state, asset.kind, state.participants[command.participant_id].region)
    source = pots.source_of(state, command.asset_id, place, command.pot)
    assert price is not None
    assert source is not None
    contract_id = ContractId(len(state.paid_use.contracts) + 1)
    frozen = _set_aside(state, source, command.quantity, contract_id)
    standard_fen = _standard_fen(command, asset, price)
    contract = Contract(
        contract_id,
        command.participant_id,
        command.asset_id,
        command.quantity,
        command.years,
        place,
        command.pot,
        _fee_fen(state, command, standard_fen),
        command.accept_until,
        FreezeId(0),
    )
    state.paid_use.contracts[contract_id] = contract
    state.paid_use.set_freeze(contract, frozen.freeze_id)
    state.paid_use.attend(contract, Day(command.accept_until + 1))
    return [frozen, _offered(state, command, contract, price, standard_fen)]


def _set_aside(
    state: State, source: Account, quantity: int, contract_id: ContractId
) -> UnitsFrozen:
    source.held += quantity
    state.last_freeze += 1
    freeze_id = FreezeId(state.last_freeze)
    state.freezes[freeze_id] = FrozenUnits(freeze_id, source, quantity, ())
    document = f"offered in contract {name(contract_id)}"
    return UnitsFrozen(freeze_id, source.account_id, quantity, (), document)


def _offered(
    state: State, command: OfferContract, contract: Contract, price: Price, standard_fen: int
) -> ContractOffered:
    return ContractOffered(
        contract.contract_id,
        contract.participant_id,
        contract.asset_id,
        contract.quantity,
        contract.years,
        contract.place,
        contract.pot,
        price.price,
        price.schedule_id,
        price.standard,
        state.rules.reference("paid_use.other_duties"),
        standard_fen,
        contract.fee_fen,
        contract.accept_until,
        contract.freeze_id,
        command.document,
        state.rules.rule_set,
    )


def describe(state: State, command: OfferContract) -> Described:
    """Say which asset, for whom, how much and how long, at what price and fee."""
    asset = state.assets[command.asset_id]
    price = price_of(state, asset.kind, state.participants[command.participant_id].region)
    assert price is not None
    standard_fen = _standard_fen(command, asset, price)
    return asset.code, (
        ("participant", f"p{command.participant_id}"),
        ("place", _place(state, command)),
        ("quantity", format_decimal(command.quantity, asset.scale)),
        ("years", str(command.years)),
        ("price", format_decimal(price.price, PRICE_SCALE)),
        ("fee", format_decimal(_fee_fen(state, command, standard_fen), CASH_SCALE)),
        ("accept_until", day_text(command.accept_until)),
    )
