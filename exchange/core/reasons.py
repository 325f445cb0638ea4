"""Why the venue says no. The order of declaration is the order in which reasons are tested.

Each value is the stable `code` of the API. `CITES` names the rule (without its ledger) that a
reason applies, where one does; the outcome carries that rule's id and version.
"""

from enum import StrEnum


class RejectReason(StrEnum):
    # the thing named does not exist, or not for this actor
    RULE_INVALID = "rule_invalid"
    RULE_MISSING = "rule_missing"
    PARTICIPANT_NOT_ADMITTED = "participant_not_admitted"
    ASSET_UNKNOWN = "asset_unknown"
    ASSET_EXISTS = "asset_exists"
    ACCOUNT_UNKNOWN = "account_unknown"
    LOT_UNKNOWN = "lot_unknown"
    TRANSFER_NOT_PENDING = "transfer_not_pending"
    FREEZE_UNKNOWN = "freeze_unknown"
    INSTRUMENT_UNKNOWN = "instrument_unknown"
    INSTRUMENT_EXISTS = "instrument_exists"
    ORDER_NOT_OPEN = "order_not_open"
    LOCK_UNKNOWN = "lock_unknown"
    PERMIT_UNKNOWN = "permit_unknown"
    PERMIT_EXISTS = "permit_exists"
    RENEWAL_UNKNOWN = "renewal_unknown"
    RENEWAL_EXISTS = "renewal_exists"
    APPROVAL_UNKNOWN = "approval_unknown"
    PLACE_UNKNOWN = "place_unknown"
    CONTROL_TOTAL_EXISTS = "control_total_exists"
    CONTROL_TOTAL_UNKNOWN = "control_total_unknown"
    POT_UNKNOWN = "pot_unknown"
    PLAN_UNKNOWN = "plan_unknown"
    SERIES_UNKNOWN = "series_unknown"
    ENTITY_NOT_IN_SERIES = "entity_not_in_series"
    CLAIM_UNKNOWN = "claim_unknown"
    OBJECTION_UNKNOWN = "objection_unknown"
    OFFER_UNKNOWN = "offer_unknown"
    RESERVE_UNKNOWN = "reserve_unknown"
    OBJECTION_EXISTS = "objection_exists"
    PERIOD_UNKNOWN = "period_unknown"
    PERIOD_EXISTS = "period_exists"
    OBLIGATION_UNKNOWN = "obligation_unknown"
    REPORT_UNKNOWN = "report_unknown"
    SAVING_EXISTS = "saving_exists"
    FEE_SCHEDULE_UNKNOWN = "fee_schedule_unknown"
    FEE_SCHEDULE_OVERLAPS = "fee_schedule_overlaps"
    CONTRACT_UNKNOWN = "contract_unknown"
    INVOICE_UNKNOWN = "invoice_unknown"
    PROJECT_UNKNOWN = "project_unknown"
    PROJECT_EXISTS = "project_exists"
    INDICATOR_UNKNOWN = "indicator_unknown"
    # who asks may not grant, and what is granted is what was asked
    APPROVAL_REQUIRED = "approval_required"
    APPROVAL_OWN_REQUEST = "approval_own_request"
    APPROVAL_HASH_DIFFERS = "approval_hash_differs"
    APPROVAL_COMMAND_INVALID = "approval_command_invalid"
    APPROVAL_EXPIRY_OUT_OF_RANGE = "approval_expiry_out_of_range"
    APPROVAL_TOO_MANY = "approval_too_many"
    # the state of the market or of a party forbids it now
    PARTICIPANT_FROZEN = "participant_frozen"
    PARTICIPANT_ALREADY_FROZEN = "participant_already_frozen"
    PARTICIPANT_NOT_FROZEN = "participant_not_frozen"
    INSTRUMENT_HALTED = "instrument_halted"
    INSTRUMENT_NOT_HALTED = "instrument_not_halted"
    SESSION_CLOSED = "session_closed"
    CAP_IS_CONTROL_TOTAL = "cap_is_control_total"
    ISSUANCE_NEEDS_PLAN = "issuance_needs_plan"
    POT_NEEDS_ACT = "pot_needs_act"
    PLAN_ALREADY_ISSUED = "plan_already_issued"
    PLAN_IS_TRUE_UP = "plan_is_true_up"
    PLAN_NOT_TRUE_UP = "plan_not_true_up"
    PLAN_VERSION_STALE = "plan_version_stale"
    PLAN_CHANGED = "plan_changed"
    PLAN_CONTENT_INVALID = "plan_content_invalid"
    PLAN_EMPTY = "plan_empty"
    OBJECTION_PERIOD_TOO_SHORT = "objection_period_too_short"
    OBJECTION_DEADLINE_OPEN = "objection_deadline_open"
    OBJECTION_DEADLINE_PASSED = "objection_deadline_passed"
    OBJECTION_DECIDED = "objection_decided"
    OBJECTION_UNDECIDED = "objection_undecided"
    PLAN_NOT_REVISED = "plan_not_revised"
    SERIES_OUT_OF_ORDER = "series_out_of_order"
    SERIES_DIFFERS = "series_differs"
    ENTITY_CLOSED = "entity_closed"
    CLOSURE_NOT_YET = "closure_not_yet"
    ENTITY_DUPLICATED = "entity_duplicated"
    ENTITY_NOT_LISTED = "entity_not_listed"
    PERIOD_DETERMINED = "period_determined"
    PERIOD_NOT_DETERMINED = "period_not_determined"
    REPORT_SUPERSEDED = "report_superseded"
    REPORT_PENDING = "report_pending"
    REPORT_NOT_PENDING = "report_not_pending"
    VERIFIER_CONFLICT = "verifier_conflict"
    VERIFICATION_FINAL = "verification_final"
    REPORT_DEADLINE_OPEN = "report_deadline_open"
    REPORT_DEADLINE_PASSED = "report_deadline_passed"
    SURRENDER_DEADLINE_OPEN = "surrender_deadline_open"
    SURRENDER_DEADLINE_PASSED = "surrender_deadline_passed"
    REPORT_UNVERIFIED = "report_unverified"
    FINE_EXISTS = "fine_exists"
    SHORTFALL_NONE = "shortfall_none"
    PERMIT_CONTENT_INVALID = "permit_content_invalid"
    RENEWAL_TOO_LATE = "renewal_too_late"
    LOT_HAS_NO_END = "lot_has_no_end"
    LOT_ENDED = "lot_ended"
    OFFER_NOT_OPEN = "offer_not_open"
    WATER_YEAR_OUT_OF_RANGE = "water_year_out_of_range"
    WATER_YEAR_DIFFERS = "water_year_differs"
    FREEZE_OF_CONTRACT = "freeze_of_contract"
    CONTRACT_STATUS_REFUSED = "contract_status_refused"
    INVOICE_SETTLED = "invoice_settled"
    INVOICE_NOT_NEXT = "invoice_not_next"
    RECALL_TOO_EARLY = "recall_too_early"
    CONTRACT_UNPAID = "contract_unpaid"
    CONTRACT_NOTHING_UNUSED = "contract_nothing_unused"
    PROJECT_CLOSED = "project_closed"
    PROJECT_STARTED = "project_started"
    PROJECT_NOT_STARTED = "project_not_started"
    INDICATOR_PERIOD_PAST = "indicator_period_past"
    OBLIGATION_UNCOVERED = "obligation_uncovered"
    # a party may not have or trade this
    ACCOUNT_TYPE_NOT_ELIGIBLE = "account_type_not_eligible"
    REGION_NOT_ELIGIBLE = "region_not_eligible"
    BASIN_NOT_ELIGIBLE = "basin_not_eligible"
    SECTOR_NOT_ELIGIBLE = "sector_not_eligible"
    CONTROL_TOTAL_MISSING = "control_total_missing"
    TARGET_IN_RED = "target_in_red"
    PROJECT_NOT_PRIORITY = "project_not_priority"
    # the terms
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    QUANTITY_OFF_STEP = "quantity_off_step"
    QUANTITY_BELOW_MINIMUM = "quantity_below_minimum"
    QUANTITY_ABOVE_MAXIMUM = "quantity_above_maximum"
    PRICE_NOT_POSITIVE = "price_not_positive"
    PRICE_OFF_TICK = "price_off_tick"
    PRICE_BELOW_MINIMUM = "price_below_minimum"
    PRICE_OUTSIDE_BAND = "price_outside_band"
    PRICE_BELOW_FLOOR = "price_below_floor"
    SIMPLIFIED_ABOVE_MAXIMUM = "simplified_above_maximum"
    MARKET_ORDER_WITH_PRICE = "market_order_with_price"
    MARKET_ORDER_CANNOT_REST = "market_order_cannot_rest"
    MARKET_ORDER_NEEDS_BAND = "market_order_needs_band"
    POST_ONLY_NEEDS_RESTING = "post_only_needs_resting"
    EXPIRY_MISSING = "expiry_missing"
    EXPIRY_UNEXPECTED = "expiry_unexpected"
    EXPIRY_PASSED = "expiry_passed"
    BATCH_EMPTY = "batch_empty"
    TRANSFER_EMPTY = "transfer_empty"
    TRANSFER_ACROSS_ASSETS = "transfer_across_assets"
    TRANSFER_TO_SELF = "transfer_to_self"
    TRANSFER_PURPOSE_REFUSED = "transfer_purpose_refused"
    VALIDITY_BACKWARDS = "validity_backwards"
    SURRENDER_KIND_REFUSED = "surrender_kind_refused"
    SURRENDER_VINTAGE_REFUSED = "surrender_vintage_refused"
    LOT_NOT_VALID = "lot_not_valid"
    FINE_OUT_OF_RANGE = "fine_out_of_range"
    PERMIT_TERM_OUT_OF_RANGE = "permit_term_out_of_range"
    CONTRACT_YEARS_OUT_OF_RANGE = "contract_years_out_of_range"
    INSTALMENTS_NOT_ALLOWED = "instalments_not_allowed"
    FIRST_INSTALMENT_TOO_SMALL = "first_instalment_too_small"
    INSTALMENTS_OUT_OF_RANGE = "instalments_out_of_range"
    REPLACE_NOTHING_LEFT = "replace_nothing_left"
    DEDUCTION_INVALID = "deduction_invalid"
    DEDUCTION_BELOW_MINIMUM = "deduction_below_minimum"
    FORMULA_REFUSES = "formula_refuses"
    NUMBER_TOO_LARGE = "number_too_large"
    EXCLUSIONS_TOO_LARGE = "exclusions_too_large"
    OBLIGATION_INVALID = "obligation_invalid"
    OBLIGATION_EXCEEDED = "obligation_exceeded"
    # the means
    CLAIM_OPEN = "claim_open"
    UNITS_NOT_YET_TRADABLE = "units_not_yet_tradable"
    UNITS_INSUFFICIENT = "units_insufficient"
    CASH_INSUFFICIENT = "cash_insufficient"
    CAP_EXCEEDED = "cap_exceeded"
    HEADROOM_INSUFFICIENT = "headroom_insufficient"
    POT_INSUFFICIENT = "pot_insufficient"
    SURRENDER_ABOVE_DUE = "surrender_above_due"
    OFFSET_LIMIT_EXCEEDED = "offset_limit_exceeded"
    SUBSTITUTION_MISSING = "substitution_missing"
    SUBSTITUTION_INSUFFICIENT = "substitution_insufficient"
    RENEWAL_ABOVE_VERIFIED = "renewal_above_verified"
    BUDGET_INSUFFICIENT = "budget_insufficient"
    BORROW_EXCEEDS_GAP = "borrow_exceeds_gap"
    OFFER_INSUFFICIENT = "offer_insufficient"
    # the book
    POST_ONLY_WOULD_TAKE = "post_only_would_take"


CITES: dict[RejectReason, str] = {
    RejectReason.APPROVAL_REQUIRED: "approvals.four_eyes",
    RejectReason.APPROVAL_OWN_REQUEST: "approvals.four_eyes",
    RejectReason.APPROVAL_HASH_DIFFERS: "approvals.four_eyes",
    RejectReason.APPROVAL_EXPIRY_OUT_OF_RANGE: "approvals.valid_days",
    RejectReason.APPROVAL_TOO_MANY: "approvals.pending_bytes_max",
    RejectReason.SESSION_CLOSED: "trading.hours",
    RejectReason.CAP_IS_CONTROL_TOTAL: "totals.hard_limit",
    RejectReason.ISSUANCE_NEEDS_PLAN: "totals.hard_limit",
    RejectReason.POT_NEEDS_ACT: "totals.pots_by_act",
    RejectReason.WATER_YEAR_OUT_OF_RANGE: "water_year.first_month",
    RejectReason.OBJECTION_PERIOD_TOO_SHORT: "allocation.objection_days_min",
    RejectReason.OBJECTION_DEADLINE_OPEN: "allocation.objection_days_min",
    RejectReason.OBJECTION_DEADLINE_PASSED: "allocation.objection_days_min",
    RejectReason.VERIFIER_CONFLICT: "compliance.verifier_independence",
    RejectReason.VERIFICATION_FINAL: "compliance.objection_days",
    RejectReason.SURRENDER_DEADLINE_PASSED: "compliance.late_surrender",
    RejectReason.RECALL_TOO_EARLY: "paid_use.recall_days",
    RejectReason.CONTROL_TOTAL_MISSING: "totals.hard_limit",
    RejectReason.CONTRACT_YEARS_OUT_OF_RANGE: "paid_use.years",
    RejectReason.INSTALMENTS_NOT_ALLOWED: "paid_use.instalments_above",
    RejectReason.FIRST_INSTALMENT_TOO_SMALL: "paid_use.first_instalment",
    RejectReason.INSTALMENTS_OUT_OF_RANGE: "paid_use.instalment_months",
    RejectReason.HEADROOM_INSUFFICIENT: "totals.hard_limit",
    RejectReason.POT_INSUFFICIENT: "totals.hard_limit",
    RejectReason.PERMIT_TERM_OUT_OF_RANGE: "permits.years_max",
    RejectReason.RENEWAL_TOO_LATE: "permits.renewal_days",
    RejectReason.SUBSTITUTION_MISSING: "permits.substitution_ratio",
    RejectReason.SUBSTITUTION_INSUFFICIENT: "permits.substitution_ratio",
    RejectReason.RENEWAL_ABOVE_VERIFIED: "permits.required",
    RejectReason.OBLIGATION_UNCOVERED: "budgets.obligation_method",
    RejectReason.OBLIGATION_INVALID: "budgets.obligation_method",
    RejectReason.TARGET_IN_RED: "indicators.red_blocks",
    RejectReason.PROJECT_NOT_PRIORITY: "budgets.priority_first",
    RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE: "eligibility.account_types",
    RejectReason.REGION_NOT_ELIGIBLE: "eligibility.geography",
    RejectReason.BASIN_NOT_ELIGIBLE: "eligibility.geography",
    RejectReason.SECTOR_NOT_ELIGIBLE: "eligibility.sector_separation",
    RejectReason.QUANTITY_OFF_STEP: "trading.quantity_step",
    RejectReason.QUANTITY_BELOW_MINIMUM: "trading.quantity_min",
    RejectReason.QUANTITY_ABOVE_MAXIMUM: "trading.quantity_max",
    RejectReason.PRICE_OFF_TICK: "trading.price_tick",
    RejectReason.PRICE_BELOW_MINIMUM: "settlement.consideration_rounding",
    RejectReason.PRICE_OUTSIDE_BAND: "trading.band",
    RejectReason.PRICE_BELOW_FLOOR: "reserves.formula.floor",
    RejectReason.SIMPLIFIED_ABOVE_MAXIMUM: "reserves.simplified_max",
    RejectReason.MARKET_ORDER_NEEDS_BAND: "trading.reference_price",
    RejectReason.SURRENDER_KIND_REFUSED: "compliance.offset_kinds",
    RejectReason.SURRENDER_VINTAGE_REFUSED: "compliance.vintages",
    RejectReason.FINE_OUT_OF_RANGE: "compliance.fine",
    RejectReason.DEDUCTION_BELOW_MINIMUM: "allocation.false_data_ratio_min",
    RejectReason.CLAIM_OPEN: "allocation.clawback_days",
    RejectReason.BORROW_EXCEEDS_GAP: "allocation.borrow_max_of_gap",
    RejectReason.UNITS_NOT_YET_TRADABLE: "settlement.sell_back_days",
    RejectReason.UNITS_INSUFFICIENT: "settlement.prefunding",
    RejectReason.CASH_INSUFFICIENT: "settlement.prefunding",
    RejectReason.OFFSET_LIMIT_EXCEEDED: "compliance.offset_max",
}
