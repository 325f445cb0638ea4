"""Each rule that the database keeps, by a row that breaks it and by the name it answers with."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.storage.schema import metadata
from tests.support.postgres import TEMPLATE, as_owner, copy_of

EMPTY_SHA256 = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
SOUND: dict[str, dict[str, Any]] = {
    "snapshots": {"state_hash": EMPTY_SHA256},
    "transfers": {"debit_account_id": 1, "credit_account_id": 2, "state": "posted", "chain_id": 1},
    "orders": {"quantity": 10, "leaves": 4, "executed": 6, "cancel_reason": 0},
    "trades": {"buyer_id": 1, "seller_id": 2, "buy_order_id": 1, "sell_order_id": 2},
    "journal": {"refusal": None, "events": b"\x90"},
    "accounts": {"posted": 5, "held": 5, "purpose": "cash"},
    "freezes": {"released_document": None, "released_seq": None},
    "approvals": {"status": "pending"},
    "findings": {"kind": "verified"},
    "locks": {"kind": "own_use", "lifted_document": None, "lifted_seq": None},
    "cross_region_approvals": {"taker_id": 2},
    "paid_use_contracts": {"status": "active", "returned": 0, "quantity": 2},
    "paid_use_invoices": {"status": "paid"},
    "projects": {"stage": "registered"},
    "project_entries": {"kind": "used"},
    "indicators": {"light": "green"},
    "reserve_offers": {"ground": "public_sale"},
    "reserve_movements": {"ground": "retained"},
    "texts": {"body": "", "text_hash": EMPTY_SHA256},
    "allocation_rows": {"trace_hash": EMPTY_SHA256, "fault": None},
    "imports": {"status": "imported"},
    "certificates": {"certificate_hash": EMPTY_SHA256},
    "allocation_drafts": {"phase": 2},
    "true_up_entries": {"taken": 0, "claimed": 0},
    "deductions": {"ratio_ppm": 0},
    "operators": {"status": "active"},
    "keys": {"status": "active", "public_key": "k", "secret_hash": None},
}
"""What a row needs besides ones and empty texts to break no rule."""

BREACHES: list[tuple[str, str, dict[str, Any]]] = [
    ("journal", "an_entry_has_a_place", {"seq": 0}),
    ("journal", "an_entry_has_a_place", {"epoch": 0}),
    ("journal", "an_entry_has_a_place", {"at_ns": 0}),
    ("journal", "a_refusal_has_no_events", {"refusal": b"\x91", "events": b"\x91\x01"}),
    ("leases", "a_lease_has_an_epoch", {"epoch": 0}),
    ("leases", "a_lease_has_an_epoch", {"last_seq": -1}),
    ("snapshots", "a_snapshot_matches_its_hash", {"state": b"another"}),
    ("sessions", "a_session_is_closed_or_open", {"state": 3}),
    ("accounts", "a_hold_is_never_negative", {"held": -1}),
    ("accounts", "nothing_is_spent_twice", {"posted": 4}),
    ("lots", "a_lot_has_a_quantity", {"quantity": 0}),
    ("holdings", "a_lot_is_never_overdrawn", {"quantity": -1}),
    ("transfers", "a_transfer_moves_something", {"quantity": 0}),
    ("transfers", "a_transfer_has_a_state", {"state": "undone"}),
    ("transfers", "a_transfer_has_two_sides", {"credit_account_id": 1}),
    ("transfers", "a_chain_begins_with_its_first_transfer", {"chain_id": 2}),
    ("transfers", "a_chain_begins_with_its_first_transfer", {"chain_id": 0}),
    ("freezes", "a_freeze_holds_something", {"quantity": 0}),
    ("freezes", "a_release_has_a_document_and_a_place", {"released_seq": 2}),
    ("freezes", "a_release_has_a_document_and_a_place", {"released_document": "order"}),
    (
        "freezes",
        "a_release_has_a_document_and_a_place",
        {"released_document": "order", "released_seq": 0},
    ),
    ("instruments", "an_instrument_has_steps", {"price_tick": 0}),
    ("instruments", "an_instrument_has_steps", {"quantity_step": 0}),
    ("instruments", "a_band_has_a_low_and_a_high", {"band_low": 2}),
    ("orders", "an_order_never_overfills", {"leaves": 0, "executed": 11, "cancel_reason": 1}),
    ("orders", "an_order_has_a_side_and_a_quantity", {"side": 3}),
    ("orders", "an_order_has_a_side_and_a_quantity", {"price": -1}),
    ("orders", "a_cancelled_order_leaves_nothing", {"cancel_reason": 1}),
    ("orders", "what_is_neither_executed_nor_cancelled_is_open", {"leaves": 3}),
    ("orders", "an_order_pays_only_for_what_it_executed", {"leaves": 10, "executed": 0}),
    ("trades", "a_trade_has_price_and_quantity", {"price": 0}),
    ("trades", "a_trade_has_price_and_quantity", {"quantity": 0}),
    ("trades", "nobody_trades_with_itself", {"seller_id": 1}),
    ("trades", "nobody_trades_with_itself", {"sell_order_id": 1}),
    ("trades", "a_trade_is_paid", {"consideration_fen": 0}),
    ("trades", "a_trade_is_paid", {"seller_fee_fen": -1}),
    ("book_levels", "a_level_is_never_negative", {"quantity": -1}),
    ("instrument_days", "a_day_has_a_low_and_a_high", {"low": 2}),
    ("operators", "an_operator_has_a_status", {"status": "gone"}),
    ("keys", "a_key_has_a_status", {"status": "gone"}),
    ("keys", "a_key_is_public_or_secret", {"secret_hash": "h"}),
    ("approvals", "a_request_has_a_status", {"status": "gone"}),
    ("approvals", "nobody_approves_alone", {"status": "approved"}),
    ("control_totals", "a_total_is_never_negative", {"quantity": -1}),
    ("allocation_entries", "an_entry_is_never_negative", {"quantity": -1}),
    ("allocation_rows", "a_row_is_never_negative", {"quantity": -1}),
    ("allocation_rows", "a_calculation_matches_its_hash", {"trace": b"another"}),
    ("allocation_rows", "a_calculation_matches_its_hash", {"trace": None}),
    ("allocation_rows", "a_faulty_row_gives_nothing", {"fault": "{}"}),
    ("imports", "an_import_has_a_status", {"status": "gone", "result_version": None}),
    ("imports", "an_import_runs_until_it_ends", {"ended_at_ns": None}),
    ("imports", "only_an_import_changes_a_plan", {"status": "dry_run_done"}),
    ("imports", "only_an_import_changes_a_plan", {"result_version": None}),
    ("certificates", "a_certificate_matches_its_hash", {"body": "another"}),
    ("allocation_drafts", "a_true_up_has_a_series_and_a_phase", {"phase": 1}),
    ("true_up_entries", "a_true_up_is_never_negative", {"before": -1}),
    ("true_up_entries", "a_true_up_goes_one_way", {"claimed": 1}),
    ("claims", "a_claim_is_never_overpaid", {"remaining": 2}),
    ("claims", "only_what_remains_of_a_claim_is_deducted", {"remaining": 0}),
    ("deductions", "a_deduction_is_a_quantity_or_a_ratio", {"ratio_ppm": 1}),
    ("deductions", "a_deduction_takes_no_more_than_itself", {"remaining": 2}),
    ("deduction_uses", "a_use_of_a_deduction_changes_something", {"quantity": 0}),
    ("borrowings", "nobody_borrows_more_than_the_gap_allows", {"quantity": 2}),
    ("closures", "a_closure_leaves_no_more_than_was_given", {"kept": 2}),
    ("closures", "a_closure_only_takes", {"claimed": -1}),
    ("objections", "a_decision_is_for_or_against", {"decided_seq": None}),
    ("water_shares", "a_share_is_never_negative", {"quantity": -1}),
    ("water_shares", "a_share_is_never_negative", {"withheld": -1}),
    ("water_overuse", "overuse_is_of_something", {"quantity": 0}),
    ("water_savings", "no_more_is_tradable_than_can_be_saved", {"tradable": 2}),
    ("water_savings", "no_more_is_tradable_than_can_be_saved", {"tradable": 0}),
    ("cross_region_approvals", "an_approval_has_two_sides", {"taker_id": 1}),
    ("cancellations", "a_cancellation_is_of_something", {"quantity": 0}),
    ("cross_region_approvals", "an_approval_is_never_overdrawn", {"remaining": 2}),
    ("cross_region_approvals", "an_approval_is_never_overdrawn", {"remaining": -1}),
    ("fee_schedules", "a_schedule_has_a_price", {"price": 0}),
    ("fee_schedules", "a_schedule_ends_after_it_began", {"valid_from": 2}),
    ("paid_use_contracts", "a_contract_has_a_status", {"status": "gone"}),
    ("paid_use_contracts", "a_contract_is_for_something", {"years": 0}),
    ("paid_use_contracts", "no_more_comes_back_than_was_given", {"returned": 2}),
    ("paid_use_contracts", "no_more_comes_back_than_was_given", {"suspended": 3}),
    ("paid_use_contracts", "no_refund_exceeds_its_fee", {"refunded_fen": 2}),
    ("paid_use_invoices", "an_invoice_asks_for_something", {"amount_fen": 0}),
    ("paid_use_invoices", "an_invoice_has_a_status", {"status": "gone", "paid_on": None}),
    ("paid_use_invoices", "what_is_paid_was_paid_on_a_day", {"status": "open"}),
    ("paid_use_invoices", "what_is_paid_was_paid_on_a_day", {"paid_on": None}),
    ("projects", "a_project_has_a_stage", {"stage": "gone"}),
    ("projects", "a_budget_is_never_overdrawn", {"used": 2}),
    ("projects", "a_started_project_is_covered", {"stage": "started", "covered": 0}),
    ("projects", "an_obligation_has_a_trace", {"obligation": None}),
    ("project_entries", "a_project_entry_has_a_kind", {"kind": "lost"}),
    ("indicators", "an_indicator_has_a_light", {"light": "blue"}),
    ("indicators", "beyond_the_target_is_red", {"value": 2}),
    ("reserve_offers", "an_offer_has_a_ground", {"ground": "gift"}),
    ("reserve_offers", "an_offer_is_never_overdrawn", {"remaining": 2}),
    ("reserve_offers", "an_offer_is_never_overdrawn", {"remaining": -1}),
    ("reserve_offers", "no_sale_is_below_its_floor", {"floor": 2}),
    ("reserve_movements", "a_movement_goes_the_way_of_its_ground", {"quantity": 0}),
    ("reserve_movements", "a_movement_goes_the_way_of_its_ground", {"quantity": -1}),
    ("reserve_movements", "a_movement_goes_the_way_of_its_ground", {"ground": "agreement"}),
    ("texts", "a_text_matches_its_hash", {"body": "another"}),
    ("compliance_periods", "a_period_runs_forward", {"first_day": 2}),
    ("compliance_periods", "a_period_runs_forward", {"report_by": 0}),
    ("compliance_periods", "a_period_runs_forward", {"surrender_by": 0}),
    ("obligations", "an_obligation_is_never_negative", {"due": -1}),
    ("obligations", "an_obligation_is_never_negative", {"offset_quantity": 2}),
    ("emission_reports", "a_report_is_never_negative", {"quantity": -1}),
    ("findings", "a_finding_has_a_kind", {"kind": "lost"}),
    ("surrenders", "a_surrender_gives_something", {"quantity": 0}),
    ("determinations", "what_is_short_is_all_that_is", {"due": 3}),
    ("fines", "a_fine_is_an_amount", {"amount_fen": 0}),
    ("locks", "a_lock_has_a_kind", {"kind": "pledge"}),
    ("locks", "a_lock_keeps_no_more_than_was_locked", {"remaining": -1}),
    ("locks", "a_lock_keeps_no_more_than_was_locked", {"remaining": 2}),
    ("locks", "a_lifted_lock_keeps_nothing", {"lifted_document": "order"}),
    ("locks", "a_lifted_lock_keeps_nothing", {"lifted_document": "order", "lifted_seq": 2}),
    ("permits", "a_permit_ends_after_it_begins", {"valid_to": 0}),
    ("permit_quantities", "a_permit_allows_no_less_than_nothing", {"quantity": -1}),
    ("permit_renewals", "a_renewal_is_granted_or_refused", {"decided_seq": None}),
    ("permit_tasks", "a_task_is_closed_on_a_day", {"closed_seq": None}),
]
REPEATS: list[tuple[str, str, dict[str, Any]]] = [
    ("journal", "a_command_happens_once", {"seq": 2}),
    ("assets", "an_asset_code_is_unique", {"asset_id": 2}),
    ("accounts", "one_account_for_each_purpose_and_place", {"account_id": 2}),
    ("instruments", "an_instrument_code_is_unique", {"instrument_id": 2}),
    ("orders", "a_client_order_id_is_used_once", {"order_id": 2}),
    ("projects", "a_project_code_is_used_once", {"project_id": 2}),
    ("participants", "a_credit_code_is_registered_once", {"participant_id": 2}),
    ("back_office_acts", "an_act_happens_once", {"act_id": 2}),
    ("permits", "a_permit_number_is_unique", {"permit_id": 2}),
]


def sound_row(table: Table) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        value: Any = 1
        if isinstance(column.type, ARRAY):
            value = []
        elif isinstance(column.type, Boolean):
            value = False
        elif isinstance(column.type, Text):
            value = ""
        elif isinstance(column.type, LargeBinary):
            value = b""
        row[column.name] = value
    return row | SOUND.get(table.name, {})


@pytest.fixture(scope="module")
def untouched(postgres):
    """One database for all cases: each undoes what it did."""
    with copy_of(postgres, TEMPLATE) as dsn:
        yield dsn


def insert(dsn: str, *rows: tuple[str, dict[str, Any]]) -> str:
    """Insert rows as the application and undo it; return the constraint that refused one."""

    async def run() -> str:
        connection = await asyncpg.connect(dsn)
        await connection.execute("BEGIN")
        try:
            for table, change in rows:
                row = sound_row(metadata.tables[table]) | change
                places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
                statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"
                await connection.execute(statement, *row.values())
        except asyncpg.IntegrityConstraintViolationError as refused:
            return str(refused.constraint_name)
        finally:
            await connection.execute("ROLLBACK")
            await connection.close()
        return ""

    return asyncio.run(run())


@pytest.mark.parametrize(("table", "rule", "change"), BREACHES)
def test_a_row_that_breaks_a_rule_is_refused_by_its_name(untouched, table, rule, change):
    assert insert(untouched, (table, change)) == rule


@pytest.mark.parametrize(("table", "rule", "change"), REPEATS)
def test_what_may_be_once_is_refused_the_second_time(untouched, table, rule, change):
    assert insert(untouched, (table, {}), (table, change)) == rule


@pytest.mark.parametrize(
    ("table", "rule", "columns"),
    [
        ("operators", "an_operator_has_a_participant", {"participant_id": 9}),
        ("keys", "a_key_has_an_operator", {"operator_id": 9}),
        ("allocation_rows", "a_row_has_a_plan", {"plan_id": 9}),
        ("imports", "an_import_has_a_plan", {"plan_id": 9}),
    ],
)
def test_what_belongs_to_nothing_is_refused(untouched, table, rule, columns):
    assert insert(untouched, (table, columns)) == rule


def test_a_sound_row_is_taken_by_every_table(untouched):
    assert insert(untouched, *[(table.name, {}) for table in metadata.sorted_tables]) == ""


def test_every_rule_of_the_database_is_tried_and_declared(untouched):
    async def stored() -> set[tuple[str, str, str]]:
        connection = await asyncpg.connect(as_owner(untouched))
        rows = await connection.fetch(
            "SELECT conrelid::regclass::text, conname::text, contype::text, convalidated"
            " FROM pg_constraint WHERE contype IN ('c', 'u')"
            " AND connamespace = 'public'::regnamespace"
        )
        await connection.close()
        assert all(row[3] for row in rows), "a constraint was added and not validated"
        return {(row[0], row[1], row[2]) for row in rows}

    found = asyncio.run(stored())
    assert found == {
        (table.name, str(constraint.name), kind)
        for table in metadata.sorted_tables
        for constraint in table.constraints
        for kind, sort in (("c", CheckConstraint), ("u", UniqueConstraint))
        if isinstance(constraint, sort)
    }
    assert {(table, name) for table, name, kind in found if kind == "c"} == {
        (table, name) for table, name, _ in BREACHES
    }
    assert {(table, name) for table, name, kind in found if kind == "u"} == {
        (table, name) for table, name, _ in REPEATS
    }
