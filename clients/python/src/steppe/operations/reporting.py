"""Reports of what was emitted or used: submitted, returned, verified, objected to."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import Page
from steppe.models.compliance import (
    Attachment,
    EmissionReport,
    EmissionReportContent,
    FindingReceipt,
    ReportReceipt,
    ReportSource,
)
from steppe.request import Request, command, get, listing, segment


def submit_report(
    obligation_id: str,
    *,
    first_day: date,
    last_day: date,
    sources: Sequence[ReportSource],
    attachments: Sequence[Attachment] | None = None,
    prepared_by: str | None = None,
    idempotency_key: str | None = None,
) -> Request[ReportReceipt]:
    """Submit a report of your entity: the first, one after a return, or a correction."""
    body = {
        "obligation_id": obligation_id,
        "first_day": day_text(first_day),
        "last_day": day_text(last_day),
        "sources": [one.form() for one in sources],
        "attachments": [one.form() for one in attachments or ()],
        "prepared_by": prepared_by,
    }
    return command("/v1/emission-reports", ReportReceipt, body, idempotency_key=idempotency_key)


def reports(
    *,
    ledger: str | None = None,
    obligation_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[EmissionReport]]:
    """List reports, all versions: parties see their own."""
    return listing(
        "/v1/emission-reports",
        EmissionReport,
        ledger=ledger,
        obligation_id=obligation_id,
        limit=limit,
        cursor=cursor,
    )


def report(report_id: str) -> Request[EmissionReportContent]:
    """Show a report with its content and what was found of it."""
    return get(f"/v1/emission-reports/{segment(report_id)}", EmissionReportContent)


def return_report(
    report_id: str, *, text: str, document: str, idempotency_key: str | None = None
) -> Request[FindingReceipt]:
    """Send a report back with findings (verifier)."""
    path = f"/v1/emission-reports/{segment(report_id)}:return"
    body = {"text": text, "document": document}
    return command(path, FindingReceipt, body, idempotency_key=idempotency_key)


def verify_report(
    report_id: str,
    *,
    quantity: Amount,
    text: str,
    document: str,
    idempotency_key: str | None = None,
) -> Request[FindingReceipt]:
    """Verify a report (verifier): the figure becomes what is owed."""
    path = f"/v1/emission-reports/{segment(report_id)}:verify"
    body = {"quantity": decimal_text(quantity), "text": text, "document": document}
    return command(path, FindingReceipt, body, idempotency_key=idempotency_key)


def object_to_verification(
    report_id: str, *, text: str, idempotency_key: str | None = None
) -> Request[FindingReceipt]:
    """Object to the verification of your report, once and in time."""
    path = f"/v1/emission-reports/{segment(report_id)}:object"
    return command(path, FindingReceipt, {"text": text}, idempotency_key=idempotency_key)
