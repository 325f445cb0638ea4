"""The desk of plans: files in, calculations, certificates."""

from steppe.models import (
    CertificateOfAllocation,
    CertificateStanding,
    EntityCalculation,
    Page,
    PlanCalculation,
    PlanFile,
    PlanImport,
)
from steppe.request import Request, command, get, listing, segment, sent_file, versioned


def import_plan_rows(
    plan_id: str,
    file: PlanFile,
    *,
    version: int | str,
    dry_run_only: bool | None = None,
    idempotency_key: str | None = None,
) -> Request[PlanImport]:
    """Have a file read in as the rows of a plan (regulator); `plan_import` tells how far it is."""
    params = {} if dry_run_only is None else {"dry_run": str(dry_run_only).lower()}
    path = f"{_plan(plan_id)}/imports"
    asked = command(path, PlanImport, None, idempotency_key=idempotency_key)
    return versioned(sent_file(asked, file.data, file.media_type, params), version)


def plan_imports(
    plan_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[PlanImport]]:
    """List the files that were read in for a plan (regulator)."""
    return listing(f"{_plan(plan_id)}/imports", PlanImport, limit=limit, cursor=cursor)


def plan_import(plan_id: str, import_id: str) -> Request[PlanImport]:
    """Show how far a file has been read in, and what is wrong with it (regulator)."""
    return get(f"{_plan(plan_id)}/imports/{segment(import_id)}", PlanImport)


def calculate_plan(
    plan_id: str, *, version: int | str, idempotency_key: str | None = None
) -> Request[PlanCalculation]:
    """Calculate every row of a plan from its inputs (regulator)."""
    path = f"{_plan(plan_id)}:calculate"
    asked = command(path, PlanCalculation, None, idempotency_key=idempotency_key)
    return versioned(asked, version)


def plan_calculation(plan_id: str, entity: str) -> Request[EntityCalculation]:
    """Show what a published plan gives an entity of one's own, and how that came about."""
    return get(f"{_plan(plan_id)}/calculations/{segment(entity)}", EntityCalculation)


def plan_certificate(plan_id: str, entity: str) -> Request[CertificateOfAllocation]:
    """Have the certificate made out of what an entity of one's own was given."""
    path = f"{_plan(plan_id)}/entries/{segment(entity)}/certificate"
    return get(path, CertificateOfAllocation)


def certificate_standing(certificate_hash: str) -> Request[CertificateStanding]:
    """Ask whether a certificate of this hash was made out."""
    return get(f"/v1/certificates/{segment(certificate_hash)}", CertificateStanding)


def _plan(plan_id: str) -> str:
    return f"/v1/allocation-plans/{segment(plan_id)}"
