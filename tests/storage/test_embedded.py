"""The embedded PostgreSQL starts, stops, survives kills, and runs as root and as anyone else."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import exchange
from exchange.storage.dsn import sqlalchemy_url
from exchange.storage.durable import SYNC_METHOD
from exchange.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError
from exchange.storage.embedded_home import RECORD
from exchange.storage.tending import tend

ROOT = os.geteuid() == 0
CHECKOUT = Path(exchange.__file__).parents[1]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody can pass through, which pytest's own temporary folders are not."""
    folder = Path(tempfile.mkdtemp(prefix="steppe-test-"))
    folder.chmod(0o755)
    yield folder
    for record in folder.rglob(RECORD):
        shutil.rmtree(record.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder)


def query(dsn: str, sql: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(run())


def script(body: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", body, *arguments],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_stopped_server_keeps_its_data(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    assert server.pid is None
    dsn = server.start()
    assert server.start() == dsn, "a running server is kept"
    query(dsn, "create table kept as select 7 as n")
    server.stop()
    server.stop()
    assert server.pid is None
    again = EmbeddedPostgres(open_folder / "state")
    try:
        assert query(again.start(), "select n from kept") == 7
    finally:
        again.stop()


def test_the_cluster_is_as_the_design_says(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    dsn = server.start()
    wanted = {
        "data_checksums": "on",
        "listen_addresses": "",
        "fsync": "on",
        "recovery_init_sync_method": SYNC_METHOD,
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "TimeZone": "UTC",
        "jit": "off",
        "server_encoding": "UTF8",
    }
    try:
        assert {name: query(dsn, f"show {name}") for name in wanted} == wanted
        locale = "select datlocprovider::text || ' ' || datlocale from pg_database limit 1"
        assert query(dsn, locale) == "b C.UTF-8"
        assert query(dsn, "select current_user::text") == "steppe"
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(dsn.replace("steppe:", "steppe:x"), "select 1")
    finally:
        server.stop()
    password_file = open_folder / "state" / "postgres.password"
    assert password_file.stat().st_mode & 0o777 == 0o600
    assert (open_folder / "state" / "postgres" / "data").stat().st_mode & 0o777 == 0o700
    assert sqlalchemy_url(dsn).drivername == "postgresql+asyncpg"


def test_a_killed_server_recovers_what_it_committed(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    query(server.start(), "create table kept as select 7 as n")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    try:
        assert query(server.start(), "select n from kept") == 7
    finally:
        server.stop()


def test_an_orphan_of_a_killed_owner_is_stopped_first(open_folder: Path) -> None:
    owner = script(
        "import sys, pathlib\n"
        "from exchange.storage.embedded import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))\n"
        "server.start(); print(server.pid, flush=True); sys.stdin.read()\n",
        str(open_folder / "state"),
    )
    with owner:
        assert owner.stdout is not None
        orphan = int(owner.stdout.readline())
        owner.kill()
    os.kill(orphan, 0)
    server = EmbeddedPostgres(open_folder / "state")
    try:
        assert query(server.start(), "select 7") == 7
        assert server.pid != orphan
        assert not is_postgres(orphan)
    finally:
        server.stop()


def is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name == "postgres"
    except OSError:
        return False


def test_a_second_owner_is_refused(open_folder: Path) -> None:
    first = EmbeddedPostgres(open_folder / "state")
    dsn = first.start()
    try:
        with pytest.raises(EmbeddedPostgresError, match="another running server"):
            EmbeddedPostgres(open_folder / "state").start()
        assert query(dsn, "select 7") == 7, "the refused one disturbs nothing"
    finally:
        first.stop()


def test_a_pid_file_that_names_a_stranger_is_stale(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    server.start()
    server.stop()
    data = open_folder / "state" / "postgres" / "data"
    with subprocess.Popen(["/bin/sleep", "60"], user=data.stat().st_uid, cwd="/") as stranger:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")
        server.start()
        server.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_anew(open_folder: Path) -> None:
    half_made = open_folder / "state" / "postgres" / "data-new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18")
    for folder in (half_made.parent, half_made.parent.parent):
        folder.chmod(0o711)
    server = EmbeddedPostgres(open_folder / "state")
    server.start()
    server.stop()
    assert not half_made.exists()


def test_a_lost_password_is_said_plainly(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    server.start()
    server.stop()
    (open_folder / "state" / "postgres.password").unlink()
    with pytest.raises(EmbeddedPostgresError, match="refuses its own password file"):
        server.start()
    assert server.pid is None


@pytest.mark.skipif(not ROOT, reason="only root has to give way to another user")
def test_a_locked_parent_sends_the_data_elsewhere_and_finds_it_again(open_folder: Path) -> None:
    locked = open_folder / "locked"
    locked.mkdir(mode=0o700)
    server = EmbeddedPostgres(locked / "state")
    query(server.start(), "create table kept as select 7 as n")
    server.stop()
    home = Path((locked / "state" / RECORD).read_text().strip())
    assert locked.stat().st_mode & 0o777 == 0o700, "what is not ours is not opened up"
    again = EmbeddedPostgres(locked / "state")
    assert query(again.start(), "select n from kept") == 7
    again.stop()
    shutil.copytree(locked / "state", locked / "copy")
    with pytest.raises(EmbeddedPostgresError, match="is a copy of"):
        EmbeddedPostgres(locked / "copy").start()
    shutil.rmtree(home)
    with pytest.raises(EmbeddedPostgresError, match="which is gone"):
        server.start()


def test_a_long_path_and_odd_letters_are_no_obstacle(open_folder: Path) -> None:
    state = open_folder / ('long "way", 草原 ' + "x" * 100) / "state"
    state.parent.mkdir()
    server = EmbeddedPostgres(state)
    try:
        assert query(server.start(), "select 7") == 7
    finally:
        server.stop()


AS_A_NORMAL_USER = """
import os, pathlib, shutil, sys, asyncio, asyncpg
from exchange.storage.embedded import EmbeddedPostgres
folder = pathlib.Path(sys.argv[1])
def use(name):
    server = EmbeddedPostgres(folder / name)
    for _ in range(2):
        server.start()
        server.stop()
use("root's")  # also imports everything while the interpreter's files can still be read
os.setgroups([]); os.setgid(65534); os.setuid(65534)
use("own/state")
use("own/" + "x" * 100)
print("fine")
"""


@pytest.mark.skipif(not ROOT, reason="the other tests already run as a normal user")
def test_a_normal_user_needs_no_other_user(open_folder: Path) -> None:
    reachable = subprocess.run(["/bin/sh", "-c", f"cd '{CHECKOUT}'"], user=65534, check=False)
    if reachable.returncode:
        pytest.skip("a normal user cannot reach the programs of this checkout")
    (open_folder / "own").mkdir()
    os.chown(open_folder / "own", 65534, 65534)
    with script(AS_A_NORMAL_USER, str(open_folder)) as run:
        output, _ = run.communicate(timeout=60)
    assert output == "fine\n"
    assert (open_folder / "own" / "state" / "postgres" / "data").stat().st_uid == 65534
    assert not (open_folder / "own" / "state" / RECORD).exists()


def test_a_server_that_cannot_start_shows_its_log(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    server.start()
    server.stop()
    (open_folder / "state" / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    began = time.monotonic()
    with pytest.raises(EmbeddedPostgresError, match="incompatible"):
        server.start()
    assert time.monotonic() - began < 10
    assert server.pid is None


def test_a_server_that_ended_by_itself_is_revived_at_the_same_address(open_folder: Path) -> None:
    long = open_folder / ("x" * 100) / "state"
    server = EmbeddedPostgres(open_folder / "state" if ROOT else long)
    with pytest.raises(EmbeddedPostgresError, match="was not started"):
        server.revive()
    dsn = server.start()
    try:
        query(dsn, "create table kept as select 7 as n")
        first = server.pid
        assert first is not None
        server.revive()
        assert server.pid == first, "a running server is kept"
        os.kill(first, signal.SIGKILL)
        while server.pid is not None:
            time.sleep(0.01)
        server.revive()
        assert query(dsn, "select n from kept") == 7
        with pytest.raises(EmbeddedPostgresError, match="another running server"):
            EmbeddedPostgres(server._state).start()
    finally:
        server.stop()


def await_another(server: EmbeddedPostgres, first: int) -> None:
    deadline = time.monotonic() + 60
    while server.pid in (first, None):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_server_is_tended_until_the_end(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "state")
    dsn = server.start()

    async def scenario() -> None:
        ending = asyncio.Event()
        tending = asyncio.create_task(tend(server, ending))
        for _ in range(2):
            first = server.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            await asyncio.to_thread(await_another, server, first)
        ending.set()
        await tending

    try:
        asyncio.run(scenario())
        assert query(dsn, "select 7") == 7
    finally:
        server.stop()
