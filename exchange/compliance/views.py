"""Rows of the cycle as the API shows them."""

from typing import Any

from exchange.api.amounts import format_day, format_time
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.compliance.queries import Found
from exchange.core.types import CASH_SCALE
from exchange.core.units import format_decimal
from exchange.ids import ACCOUNT, OBLIGATION, PARTICIPANT, REPORT, SURRENDER, numbered, reference

RATIO_DECIMALS = 6


async def period_view(edge: Edge, row: Found) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "period_id": f"{ledger}.{row.code}",
        "ledger": ledger,
        "code": row.code,
        "kind": row.kind,
        "asset": asset.code,
        "unit": asset.unit,
        "first_day": format_day(row.first_day),
        "last_day": format_day(row.last_day),
        "report_by": format_day(row.report_by),
        "surrender_by": format_day(row.surrender_by),
        "vintages": row.vintages.split(),
        "offset_kinds": row.offset_kinds.split(),
        "offset_max": format_decimal(row.offset_ppm, RATIO_DECIMALS),
        "document": row.document,
        "sequence": row.opened_seq,
        "determination": row.determination,
        "correct_by": None if row.correct_by is None else format_day(row.correct_by),
        "determined_sequence": row.determined_seq,
    }


async def duty_asset(edge: Edge, row: Found) -> AssetFacts:
    """Return the asset in which a period's obligations are kept: it has their unit and scale."""
    return await edge.directory.asset_by_id(edge.ledger_code(row.ledger), row.asset_id)


async def obligation_view(edge: Edge, row: Found) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await duty_asset(edge, row)

    def amount(value: int | None) -> str | None:
        return None if value is None else format_decimal(value, asset.scale)

    return {
        "obligation_id": reference(ledger, OBLIGATION, row.obligation_id),
        "period_id": f"{ledger}.{row.period}",
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "threshold": amount(row.threshold),
        "listed": row.listed,
        "ground": row.ground,
        "status": row.status,
        "report_id": reference(ledger, REPORT, row.report_id) if row.report_id else None,
        "due": amount(row.due),
        "surrendered": amount(row.surrendered),
        "offset": amount(row.offset_quantity),
        "missing": amount(max(0, row.due - row.surrendered)),
        "shortfall": amount(row.shortfall),
        "sequence": row.updated_seq,
    }


async def report_view(edge: Edge, row: Found) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await duty_asset(edge, row)
    return {
        "report_id": reference(ledger, REPORT, row.report_id),
        "obligation_id": reference(ledger, OBLIGATION, row.obligation_id),
        "period_id": f"{ledger}.{row.period}",
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "version": row.version,
        "status": row.status if row.current_id == row.report_id else "superseded",
        "quantity": format_decimal(row.quantity, asset.scale),
        "report_hash": row.report_hash.hex(),
        "trace_hash": row.trace_hash.hex(),
        "method_id": row.method_id,
        "method_version": row.method_version,
        "prepared_by": numbered(PARTICIPANT, row.preparer_id) if row.preparer_id else None,
        "sequence": row.seq,
        "submitted_at": format_time(row.at_ns),
    }


async def surrender_view(edge: Edge, row: Found) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await duty_asset(edge, row)
    return {
        "surrender_id": reference(ledger, SURRENDER, row.surrender_id),
        "obligation_id": reference(ledger, OBLIGATION, row.obligation_id),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "quantity": format_decimal(row.quantity, asset.scale),
        "offset": format_decimal(row.offset_quantity, asset.scale),
        "late": row.late,
        "sequence": row.seq,
        "accepted_at": format_time(row.at_ns),
    }


async def fine_view(edge: Edge, row: Found) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await duty_asset(edge, row)
    return {
        "obligation_id": reference(ledger, OBLIGATION, row.obligation_id),
        "period_id": f"{ledger}.{row.period}",
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "shortfall": format_decimal(row.shortfall, asset.scale),
        "multiple": row.multiple,
        "average_price": format_decimal(row.price_fen, CASH_SCALE),
        "amount": format_decimal(row.amount_fen, CASH_SCALE),
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "document": row.document,
        "sequence": row.seq,
        "imposed_at": format_time(row.at_ns),
    }
