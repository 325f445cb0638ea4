"""Every revision goes up, down and up again, and the way to make one yields a sound file."""

import ast
import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from exchange.storage import migrate
from exchange.storage.dsn import sqlalchemy_url


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrations folder of two revisions made by the template."""
    folder = tmp_path / "migrations 100%"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(migrate.MIGRATIONS / name, folder / name)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    for message, up, down in (
        ("make pledges", "create table pledges (id bigint)", "drop table pledges"),
        ("add lots", "alter table pledges add lots bigint", "alter table pledges drop lots"),
    ):
        file = migrate.make_revision(message)
        upper, lower = file.read_text().split("def downgrade")
        file.write_text(
            f'{upper.rstrip()}\n    op.execute("{up}")\n\n\ndef downgrade{lower.rstrip()}\n'
            f'    op.execute("{down}")\n',
        )
    return folder


async def tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select tablename::text from pg_tables where schemaname not like 'pg\\_%'"
            " and schemaname <> 'information_schema' and tablename <> 'alembic_version'",
        )
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}


def has_revisions() -> bool:
    return any(not f.name.startswith("_") for f in migrate.MIGRATIONS.glob("versions/*.py"))


async def up_down_up(dsn: str) -> None:
    assert await migrate.current(dsn) is None
    await migrate.upgrade(dsn)
    first = await tables(dsn)
    assert await migrate.current(dsn) == migrate.head()
    await migrate.upgrade(dsn)
    await migrate.downgrade(dsn, "base")
    assert await migrate.current(dsn) is None
    assert await tables(dsn) == set()
    await migrate.upgrade(dsn)
    assert await tables(dsn) == first
    await migrate.downgrade(dsn, "base")


def test_the_schema_goes_up_down_and_up(dsn: str) -> None:
    if not has_revisions():
        pytest.skip("there is no revision yet")
    asyncio.run(up_down_up(dsn))


def test_revisions_of_the_template_go_up_down_and_up(dsn: str, revisions: Path) -> None:
    asyncio.run(up_down_up(dsn))
    names = sorted(file.name[16:] for file in revisions.glob("versions/*.py"))
    assert names == ["add_lots.py", "make_pledges.py"]


def test_a_new_revision_limits_how_long_it_waits(revisions: Path) -> None:
    for file in (revisions / "versions").glob("*.py"):
        ast.parse(file.read_text())
        assert file.read_text().count("SET LOCAL lock_timeout") == 2
        assert file.read_text().count("SET LOCAL statement_timeout") == 2


def test_two_upgrades_at_once_take_turns(dsn: str, revisions: Path) -> None:
    async def twice() -> None:
        await asyncio.gather(migrate.upgrade(dsn), migrate.upgrade(dsn))
        assert await migrate.current(dsn) == migrate.head()
        await migrate.downgrade(dsn, "base")

    asyncio.run(twice())


def test_a_failing_revision_leaves_the_schema_as_it_was(dsn: str, revisions: Path) -> None:
    last = migrate.make_revision("fail")
    last.write_text(last.read_text().replace("'60s'", "nonsense"))
    with pytest.raises(Exception, match="nonsense"):
        asyncio.run(migrate.upgrade(dsn))
    assert asyncio.run(tables(dsn)) == {"pledges"}, "what came before it stays"
    last.unlink()
    asyncio.run(migrate.downgrade(dsn, "base"))


@pytest.mark.parametrize(
    ("dsn_text", "host"),
    [
        ("postgresql://u:p@db.example:6432/steppe", "db.example"),
        ("postgres://u:p@db.example/steppe", "db.example"),
        ("postgresql+asyncpg://u:p@db.example/steppe", "db.example"),
    ],
)
def test_an_address_gets_the_driver(dsn_text: str, host: str) -> None:
    url = sqlalchemy_url(dsn_text)
    assert (url.drivername, url.host, url.database) == ("postgresql+asyncpg", host, "steppe")


def test_a_socket_folder_survives_the_conversion() -> None:
    url = sqlalchemy_url("postgresql://u:p@/steppe?host=/run/a%20b&port=5432")
    assert dict(url.query) == {"host": "/run/a b", "port": "5432"}


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        sqlalchemy_url("mysql://u:p@db/steppe")
