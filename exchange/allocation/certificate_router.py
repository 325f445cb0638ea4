"""Routes of certificates: made out for one's own entity, told genuine to whoever is shown one."""

import re
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select

from exchange.allocation import certificates, queries
from exchange.allocation.desk_schemas import CertificateStanding, CertificateView
from exchange.api.amounts import format_time
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, ledger_numbers, visible_participant
from exchange.errors import NotFound
from exchange.ids import PLAN, numbered
from exchange.storage.tables_allocation import allocation_entries
from exchange.storage.tables_desk import certificates as register

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

router = APIRouter(tags=["allocation"], route_class=StrictRoute, responses=RESPONSES)


@router.get(
    "/v1/allocation-plans/{plan_id}/entries/{entity}/certificate", response_model=CertificateView
)
async def show_certificate(
    plan_id: str, entity: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Make out the certificate of what an entity of one's own was given by an issued plan."""
    own = visible_participant(principal, None)
    async with edge.writing() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        query = queries.entries_query(plan, own).where(allocation_entries.c.entity == entity)
        entry = (await connection.execute(query)).first()
        if entry is None:
            raise NotFound("entity_unknown", "the plan gave you no such entity")
        asset = await queries.asset_of(edge, plan)
        told = await certificates.document(connection, plan, entry, asset)
        now_ns = edge.clock.now_ns()
        made = await certificates.register(connection, plan, entity, told, now_ns)
    return {"certificate": told, "certificate_hash": made.hex()}


@router.get("/v1/certificates/{certificate_hash}", response_model=CertificateStanding)
async def check_certificate(
    certificate_hash: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Tell whether a certificate of this hash was made out; what it says is not told."""
    if _HASH.fullmatch(certificate_hash) is None:
        raise NotFound("certificate_unknown")
    query = select(register).where(
        register.c.certificate_hash == bytes.fromhex(certificate_hash),
        register.c.ledger_number.in_(ledger_numbers(edge, principal, None)),
    )
    async with edge.reading() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("certificate_unknown")
    return {
        "certificate_hash": certificate_hash,
        "genuine": True,
        "ledger": edge.ledger_code(row.ledger_number),
        "plan_id": numbered(PLAN, row.plan_id),
        "made_at": format_time(row.made_at_ns),
    }
