"""Rows as parameters: every value comes back from the database as it was."""

import asyncio

import asyncpg
import pytest

from exchange.storage.writes import arrays, insert

TEXTS = [
    ("a",),
    ("",),
    ("NULL",),
    ("null", None, "x"),
    ('say "yes"', "back\\slash", "{brace}", "comma,", " space ", "'quote'", "线\n行\t"),
    ("\x1f", "\x1fa\x1f", '"\x1f\\'),
    ("\x1f", None),
]


@pytest.mark.parametrize("column", TEXTS)
def test_texts_come_back_as_they_were(column, database):
    async def scenario():
        connection = await asyncpg.connect(database)
        try:
            (literal,) = arrays(insert("t", name="text"), [(text,) for text in column])
            return await connection.fetchval("SELECT $1::text::text[]", literal)
        finally:
            await connection.close()

    assert asyncio.run(scenario()) == list(column)


def test_numbers_flags_and_bytes_come_back_as_they_were(database):
    rows = [(2**62, True, b"\x00,"), (-1, False, b""), (None, None, None)]
    write = insert("t", number="bigint", flag="boolean", data="bytea")

    async def scenario():
        connection = await asyncpg.connect(database)
        try:
            query = "SELECT $1::text::bigint[], $2::text::boolean[], $3::bytea[]"
            return await connection.fetchrow(query, *arrays(write, rows))
        finally:
            await connection.close()

    assert list(zip(*asyncio.run(scenario()), strict=True)) == rows
