"""The verbs: which words run which operation, and which columns its table shows.

A verb's arguments, options and help come from the operation's signature and docstring (`options`);
this table only gives it its words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from steppe.operations import (
    allocation,
    calculation,
    desk,
    holdings,
    identity,
    inbox,
    locks,
    market_data,
    objecting,
    paid_use,
    permits,
    reference,
    sandbox,
    totals,
    trading,
    water,
)
from steppe.request import Request


@dataclass(frozen=True, slots=True)
class Verb:
    """`words` are one or two: `time`, `orders place`. No `columns` means all simple fields."""

    words: str
    build: Callable[..., Request[Any]]
    columns: tuple[str, ...] = ()


GROUPS = {
    "health": "Whether the server runs and can take work.",
    "problems": "What the codes of problems mean.",
    "rules": "The rulebook: figures of law, with their sources.",
    "formulas": "Methods of calculation, and what they come to.",
    "ledgers": "The ledgers of the venue.",
    "assets": "What can be held, its caps and its issue.",
    "participants": "Members of the venue and their admissions.",
    "operators": "Who acts for a participant.",
    "keys": "How operators authenticate.",
    "accounts": "Accounts, and units frozen on them.",
    "freezes": "Frozen units.",
    "transfers": "Movements between accounts.",
    "cash": "Money that arrives.",
    "instruments": "What is traded.",
    "orders": "Orders.",
    "approvals": "Acts that one person asks for and another approves.",
    "totals": "Control totals: what a place may hand out.",
    "plans": "Allocation plans.",
    "objections": "Objections to published plans.",
    "locks": "Units set apart for one use, or for none.",
    "permits": "Permits: what may be used, until when.",
    "water": "Water years by inflow ratio, and saved water.",
    "crossings": "Approvals of transfers from one league to another.",
    "fees": "Fee schedules: what rights cost where.",
    "contracts": "Contracts for paid use.",
    "invoices": "Instalments of contracts for paid use.",
    "clock": "The sandbox's clock.",
    "profiles": "Whom and what this command line connects to.",
}

_APPROVAL = ("approval_id", "kind", "subject", "figures", "status", "expires_on", "command_hash")
_TOTAL = ("asset", "place", "quantity", "distributed", "headroom", "allocated")
_IMPORT = ("import_id", "status", "dry_run", "rows_read", "rows_total", "error_count")
_OBJECTION = ("objection_id", "plan_id", "participant_id", "entity", "status", "filed_on", "text")
_LOCK = ("lock_id", "participant_id", "asset", "lot_id", "kind", "remaining", "status")
_PERMIT = ("permit_id", "number", "participant_id", "version", "status", "valid_to", "days_left")
_USABLE = ("participant_id", "asset", "held", "withheld", "permitted", "usable")
_TASK = ("task", "participant_id", "asset", "held", "permitted", "opened_on", "status")
_SAVING = ("saving_id", "asset", "place", "district", "potential", "tradable")
_CONTRACT = ("contract_id", "participant_id", "asset", "quantity", "years", "fee", "status")
_FEE = ("schedule_id", "kind", "place", "price", "valid_from", "valid_to")
_INVOICE = ("invoice_id", "contract_id", "amount", "due", "status", "interest", "payable")
_PARTICIPANT = ("participant_id", "name_zh", "name_en", "role", "region", "version")
_OPERATOR = ("operator_id", "name", "scopes", "ledgers", "status", "version")
_INSTRUMENT = (
    "code",
    "ledger",
    "asset",
    "title_en",
    "price_tick",
    "quantity_step",
    "state",
    "session",
)
_ORDER = (
    "order_id",
    "client_order_id",
    "instrument",
    "side",
    "price",
    "quantity",
    "leaves",
    "status",
    "time_in_force",
    "accepted_at",
)
_TRADE = (
    "trade_id",
    "instrument",
    "side",
    "price",
    "quantity",
    "value",
    "fee",
    "order_id",
    "liquidity",
    "executed_at",
)

VERBS = (
    Verb("time", reference.time),
    Verb("health live", reference.live),
    Verb("health ready", reference.ready),
    Verb("problems list", reference.problems, ("code", "status", "retryable", "title_en")),
    Verb("problems show", reference.problem),
    Verb("rules list", reference.rules, ("id", "version", "value", "unit", "valid_from", "source")),
    Verb("rules activate", reference.activate_rules),
    Verb("formulas list", calculation.formulas, ("id", "version", "unit", "title_en")),
    Verb("formulas evaluate", calculation.evaluate_formula),
    Verb("calendar", reference.calendars),
    Verb("regions", reference.regions),
    Verb("ledgers list", holdings.ledgers, ("ledger", "title_zh", "title_en")),
    Verb("ledgers show", holdings.ledger),
    Verb("assets list", holdings.assets),
    Verb("assets show", holdings.asset),
    Verb("assets define", holdings.define_asset),
    Verb("assets authorise", holdings.authorise_issuance),
    Verb("assets issue", holdings.issue_units),
    Verb("participants create", identity.create_participant),
    Verb("participants list", identity.participants, _PARTICIPANT),
    Verb("participants show", identity.participant),
    Verb("participants update", identity.update_participant),
    Verb("participants admit", identity.admit_participant),
    Verb("participants admissions", identity.admissions),
    Verb("participants freeze", identity.freeze_participant),
    Verb("participants unfreeze", identity.unfreeze_participant),
    Verb("operators create", identity.create_operator),
    Verb("operators list", identity.operators, _OPERATOR),
    Verb("operators show", identity.operator),
    Verb("operators update", identity.update_operator),
    Verb("keys create", identity.create_key),
    Verb("keys list", identity.keys, ("key_id", "operator_id", "label", "status", "created_at")),
    Verb("keys show", identity.key),
    Verb("keys revoke", identity.revoke_key),
    Verb("accounts list", holdings.accounts),
    Verb("accounts show", holdings.account),
    Verb("accounts freeze", holdings.freeze_units),
    Verb("freezes list", holdings.freezes),
    Verb("freezes release", holdings.release_units),
    Verb("balances", holdings.balances),
    Verb("lots", holdings.lots),
    Verb("transfers create", holdings.create_transfer),
    Verb("transfers post", holdings.post_transfer),
    Verb("transfers void", holdings.void_transfer),
    Verb("transfers list", holdings.transfers),
    Verb("transfers show", holdings.transfer),
    Verb("cash deposit", holdings.deposit_cash),
    Verb("instruments list", market_data.instruments, _INSTRUMENT),
    Verb("instruments show", market_data.instrument),
    Verb("instruments add", market_data.list_instrument),
    Verb("instruments halt", market_data.halt_instrument),
    Verb("instruments resume", market_data.resume_instrument),
    Verb("book", market_data.book),
    Verb("tape", market_data.public_trades),
    Verb("ticker", market_data.ticker),
    Verb("orders place", trading.place_order),
    Verb("orders batch", trading.place_orders),
    Verb("orders replace", trading.replace_order),
    Verb("orders cancel", trading.cancel_order),
    Verb("orders cancel-all", trading.cancel_all),
    Verb("orders list", trading.orders, _ORDER),
    Verb("orders show", trading.order),
    Verb("orders find", trading.order_by_client_id),
    Verb("trades", trading.trades, _TRADE),
    Verb("approvals list", inbox.approvals, _APPROVAL),
    Verb("approvals show", inbox.approval),
    Verb("approvals content", inbox.approval_content),
    Verb("approvals approve", inbox.approve_request),
    Verb("approvals reject", inbox.reject_request),
    Verb("approvals withdraw", inbox.withdraw_request),
    Verb("totals list", totals.control_totals, _TOTAL),
    Verb("totals set", totals.set_control_total),
    Verb("totals adjust", totals.adjust_control_total),
    Verb("totals set-aside", totals.set_aside),
    Verb("totals cancel", totals.cancel_control_total),
    Verb("plans create", allocation.create_plan),
    Verb("plans list", allocation.plans, ("plan_id", "ledger", "asset", "status", "version")),
    Verb("plans show", allocation.plan),
    Verb("plans fill", allocation.replace_plan_rows),
    Verb("plans rows", allocation.plan_rows),
    Verb("plans publish", allocation.publish_plan),
    Verb("plans issue", allocation.issue_plan),
    Verb("plans entries", allocation.plan_entries),
    Verb("plans import", desk.import_plan_rows),
    Verb("plans imports", desk.plan_imports, _IMPORT),
    Verb("plans import-show", desk.plan_import),
    Verb("plans calculate", desk.calculate_plan),
    Verb("plans calculation", desk.plan_calculation),
    Verb("plans certificate", desk.plan_certificate),
    Verb("plans certificate-check", desk.certificate_standing),
    Verb("objections file", objecting.file_objection),
    Verb("objections decide", objecting.decide_objection),
    Verb("objections list", objecting.objections, _OBJECTION),
    Verb("objections show", objecting.objection),
    Verb("locks list", locks.locks, _LOCK),
    Verb("locks put", locks.lock_units),
    Verb("locks release", locks.release_lock),
    Verb("permits list", permits.permits, _PERMIT),
    Verb("permits show", permits.permit),
    Verb("permits record", permits.record_permit),
    Verb("permits update", permits.update_permit),
    Verb("permits renew", permits.request_renewal),
    Verb("permits decide", permits.decide_renewal),
    Verb("permits usable", permits.usable_rights, _USABLE),
    Verb("permits tasks", permits.permit_tasks, _TASK),
    Verb("permits renew-right", permits.renew_right),
    Verb("water set-ratio", water.set_inflow_ratio),
    Verb("water record-overuse", water.record_overuse),
    Verb("water verify-saving", water.verify_saving),
    Verb("water shares", water.water_shares, ("asset", "year", "ratio", "place", "quantity")),
    Verb("water overuse", water.water_overuse),
    Verb("water savings", water.water_savings, _SAVING),
    Verb("crossings approve", water.approve_cross_region),
    Verb("crossings list", water.cross_region_approvals),
    Verb("fees list", paid_use.fee_schedules, _FEE),
    Verb("fees set", paid_use.set_fee_schedule),
    Verb("fees end", paid_use.end_fee_schedule),
    Verb("contracts offer", paid_use.offer_contract),
    Verb("contracts list", paid_use.contracts, _CONTRACT),
    Verb("contracts show", paid_use.contract),
    Verb("contracts accept", paid_use.accept_contract),
    Verb("contracts recall", paid_use.recall_contract),
    Verb("contracts refund", paid_use.refund_contract),
    Verb("invoices list", paid_use.invoices, _INVOICE),
    Verb("invoices show", paid_use.invoice),
    Verb("invoices pay", paid_use.pay_invoice),
    Verb("clock show", sandbox.clock),
    Verb("clock advance", sandbox.advance_clock),
)
