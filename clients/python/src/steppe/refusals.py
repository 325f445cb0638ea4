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


class ApprovalUnknown(Refused, NotFound, code="approval_unknown"):
    """No request waits under this id: it was decided, withdrawn or has expired."""


class PlaceUnknown(Refused, NotFound, code="place_unknown"):
    """There is no such place, or the place above it has no total."""


class ControlTotalExists(Refused, Conflict, code="control_total_exists"):
    """The place has a total of this asset already."""


class ControlTotalUnknown(Refused, NotFound, code="control_total_unknown"):
    """The place has no total of this asset."""


class PotUnknown(Refused, NotFound, code="pot_unknown"):
    """Nothing is ever set aside for this."""


class PlanUnknown(Refused, NotFound, code="plan_unknown"):
    """There is no such plan, or it was not published."""


class ObjectionUnknown(Refused, NotFound, code="objection_unknown"):
    """There is no such objection, or it is another's."""


class ObjectionExists(Refused, Conflict, code="objection_exists"):
    """An objection of this entity to this plan waits to be decided."""


class ApprovalRequired(Refused, code="approval_required"):
    """The act takes two people: ask for its approval."""


class ApprovalOwnRequest(Refused, code="approval_own_request"):
    """Whoever asks may not decide: another operator must."""


class ApprovalHashDiffers(Refused, code="approval_hash_differs"):
    """The hash is not that of the bytes that were asked for."""


class ApprovalCommandInvalid(Refused, code="approval_command_invalid"):
    """The bytes are no act that takes two people, or not the one named."""


class ApprovalExpiryOutOfRange(Refused, code="approval_expiry_out_of_range"):
    """The last day lies in the past or too far ahead."""


class ApprovalTooMany(Refused, code="approval_too_many"):
    """The requests that wait are too large together."""


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


class CapIsControlTotal(Refused, code="cap_is_control_total"):
    """The asset has a control total: adjust that instead."""


class IssuanceNeedsPlan(Refused, code="issuance_needs_plan"):
    """The asset has a control total: it is issued by a plan."""


class PlanAlreadyIssued(Refused, Conflict, code="plan_already_issued"):
    """The plan is issued: it can neither be changed nor issued again."""


class PlanVersionStale(Refused, code="plan_version_stale"):
    """This version of the plan, or a later one, was published before."""


class PlanChanged(Refused, code="plan_changed"):
    """The rows are not those that were published."""


class PlanContentInvalid(Refused, code="plan_content_invalid"):
    """The content cannot be read, or is not as its publication says."""


class PlanEmpty(Refused, code="plan_empty"):
    """The plan has no rows, or gives nothing."""


class ObjectionPeriodTooShort(Refused, code="objection_period_too_short"):
    """The deadline leaves less time for objections than the rule asks."""


class ObjectionDeadlineOpen(Refused, code="objection_deadline_open"):
    """The plan can be issued only after its deadline."""


class ObjectionDeadlinePassed(Refused, code="objection_deadline_passed"):
    """The last day for objections is over."""


class ObjectionDecided(Refused, code="objection_decided"):
    """The objection was upheld or dismissed before."""


class ObjectionUndecided(Refused, code="objection_undecided"):
    """The plan can be issued only when all objections to it are decided."""


class PlanNotRevised(Refused, code="plan_not_revised"):
    """An objection was upheld: the plan has to be published anew."""


class EntityDuplicated(Refused, code="entity_duplicated"):
    """An entity stands in the plan twice."""


class AccountTypeNotEligible(Refused, code="account_type_not_eligible"):
    """This type of account may not trade the instrument."""


class RegionNotEligible(Refused, code="region_not_eligible"):
    """Participants of this region may not trade the instrument."""


class BasinNotEligible(Refused, code="basin_not_eligible"):
    """Participants of this basin may not trade the instrument."""


class SectorNotEligible(Refused, code="sector_not_eligible"):
    """Participants of this sector may not trade the instrument."""


class ControlTotalMissing(Refused, code="control_total_missing"):
    """No place that the participant belongs to has a total of the asset."""


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


class HeadroomInsufficient(Refused, code="headroom_insufficient"):
    """The place has not enough left of its total."""


class PotInsufficient(Refused, code="pot_insufficient"):
    """The place has not set enough aside for this."""


class PostOnlyWouldTake(Refused, code="post_only_would_take"):
    """The post-only order would trade at once."""
