"""Imports that ran when the server ended: said to be interrupted, and done with."""

import asyncio

from sqlalchemy import insert, select

from exchange.allocation import imports
from exchange.api import database as edge_database
from exchange.storage.tables_back_office import allocation_drafts
from exchange.storage.tables_desk import imports as table
from tests.storage.test_constraints import sound_row

STATUSES = {"running": None, "failed": 5, "imported": 5}


def test_what_ran_is_interrupted_and_the_rest_stays(database: str) -> None:
    async def run() -> dict[str, tuple[str, int | None]]:
        engine = edge_database.make_engine(database, 2, wait_s=30)
        async with engine.begin() as connection:
            await connection.execute(insert(allocation_drafts).values(sound_row(allocation_drafts)))
            for number, (status, ended) in enumerate(STATUSES.items(), 1):
                row = sound_row(table) | {"import_id": number, "status": status}
                row |= {"ended_at_ns": ended, "media_type": status}
                row["result_version"] = 2 if status == "imported" else None
                await connection.execute(insert(table).values(row))
        await imports.interrupt(engine, 9)
        async with engine.connect() as connection:
            rows = (await connection.execute(select(table))).all()
        await engine.dispose()
        return {row.media_type: (row.status, row.ended_at_ns) for row in rows}

    assert asyncio.run(run()) == {
        "running": ("interrupted", 9),
        "failed": ("failed", 5),
        "imported": ("imported", 5),
    }
