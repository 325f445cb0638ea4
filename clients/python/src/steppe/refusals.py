"""One exception for each code the market refuses with, in the order in which it tests them.

The codes are the venue's; a newer venue may refuse with codes unknown here: those are `Refused`.
What is missing is `NotFound` as well, and what is there already `Conflict`.
"""

from steppe.errors import Conflict, NotFound, Refused


class RuleInvalid(Refused, code="rule_invalid"):
    """A rule to activate does not fit its kind, or its ledger."""


class RuleMissing(Refused, code="rule_missing"):
    """A rule that the command needs is not in force on this ledger."""


class ParticipantNotAdmitted(Refused, code="participant_not_admitted"):
    """The participant is not admitted to this ledger."""


class AssetUnknown(Refused, NotFound, code="asset_unknown"):
    """There is no such asset on this ledger."""


class AssetExists(Refused, Conflict, code="asset_exists"):
    """An asset with this code is defined already."""


class AccountUnknown(Refused, NotFound, code="account_unknown"):
    """There is no such account on this ledger."""


class LotUnknown(Refused, NotFound, code="lot_unknown"):
    """There is no such lot on this account."""


class TransferNotPending(Refused, code="transfer_not_pending"):
    """The transfer was posted or voided before."""


class FreezeUnknown(Refused, NotFound, code="freeze_unknown"):
    """There is no such freeze, or it was released before."""


class InstrumentUnknown(Refused, NotFound, code="instrument_unknown"):
    """There is no such instrument on this ledger."""


class InstrumentExists(Refused, Conflict, code="instrument_exists"):
    """An instrument with this code is listed already."""


class OrderNotOpen(Refused, code="order_not_open"):
    """The order was filled or cancelled before."""


class ParticipantFrozen(Refused, code="participant_frozen"):
    """The participant is frozen and may neither trade nor move units out."""


class ParticipantAlreadyFrozen(Refused, code="participant_already_frozen"):
    """The participant is frozen already."""


class ParticipantNotFrozen(Refused, code="participant_not_frozen"):
    """The participant is not frozen."""


class InstrumentHalted(Refused, code="instrument_halted"):
    """Trading in the instrument is halted."""


class InstrumentNotHalted(Refused, code="instrument_not_halted"):
    """The instrument is not halted."""


class SessionClosed(Refused, code="session_closed"):
    """The ledger does not trade now: see `Client.time` for when it will."""


class AccountTypeNotEligible(Refused, code="account_type_not_eligible"):
    """This type of account may not trade the instrument."""


class RegionNotEligible(Refused, code="region_not_eligible"):
    """Participants of this region may not trade the instrument."""


class BasinNotEligible(Refused, code="basin_not_eligible"):
    """Participants of this basin may not trade the instrument."""


class SectorNotEligible(Refused, code="sector_not_eligible"):
    """Participants of this sector may not trade the instrument."""


class QuantityNotPositive(Refused, code="quantity_not_positive"):
    """The quantity must be above zero."""


class QuantityOffStep(Refused, code="quantity_off_step"):
    """The quantity is no multiple of the instrument's step."""


class QuantityBelowMinimum(Refused, code="quantity_below_minimum"):
    """The quantity is below the instrument's minimum."""


class QuantityAboveMaximum(Refused, code="quantity_above_maximum"):
    """The quantity is above the instrument's maximum."""


class PriceNotPositive(Refused, code="price_not_positive"):
    """The price must be above zero."""


class PriceOffTick(Refused, code="price_off_tick"):
    """The price is no multiple of the instrument's tick."""


class PriceBelowMinimum(Refused, code="price_below_minimum"):
    """The price is below the instrument's minimum."""


class PriceOutsideBand(Refused, code="price_outside_band"):
    """The price is outside the day's band."""


class MarketOrderWithPrice(Refused, code="market_order_with_price"):
    """A market order has no price."""


class MarketOrderCannotRest(Refused, code="market_order_cannot_rest"):
    """A market order is `ioc` or `fok`: it cannot wait in the book."""


class MarketOrderNeedsBand(Refused, code="market_order_needs_band"):
    """Without a reference price there is no limit for a market order."""


class PostOnlyNeedsResting(Refused, code="post_only_needs_resting"):
    """A post-only order must be able to wait in the book."""


class ExpiryMissing(Refused, code="expiry_missing"):
    """A `gtd` order needs a good-till date."""


class ExpiryUnexpected(Refused, code="expiry_unexpected"):
    """Only a `gtd` order has a good-till date."""


class ExpiryPassed(Refused, code="expiry_passed"):
    """The good-till date has passed."""


class BatchEmpty(Refused, code="batch_empty"):
    """A batch has at least one order."""


class TransferEmpty(Refused, code="transfer_empty"):
    """A transfer has at least one leg."""


class TransferAcrossAssets(Refused, code="transfer_across_assets"):
    """The two accounts of a leg hold different assets."""


class TransferToSelf(Refused, code="transfer_to_self"):
    """The two accounts of a leg are the same."""


class TransferPurposeRefused(Refused, code="transfer_purpose_refused"):
    """Accounts of this purpose take no part in transfers."""


class ValidityBackwards(Refused, code="validity_backwards"):
    """The validity ends before it begins."""


class ReplaceNothingLeft(Refused, code="replace_nothing_left"):
    """The new quantity is executed already."""


class NumberTooLarge(Refused, code="number_too_large"):
    """A number is too large for the ledger."""


class UnitsNotYetTradable(Refused, code="units_not_yet_tradable"):
    """There are units enough, but not yet tradable (bought too recently)."""


class UnitsInsufficient(Refused, code="units_insufficient"):
    """There are not enough units available."""


class CashInsufficient(Refused, code="cash_insufficient"):
    """There is not enough money available."""


class CapExceeded(Refused, code="cap_exceeded"):
    """More would be issued than is authorised."""


class PostOnlyWouldTake(Refused, code="post_only_would_take"):
    """The post-only order would trade at once."""
