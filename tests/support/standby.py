"""A primary with a synchronous standby, both of the embedded programs, on one machine."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg

from exchange.storage import embedded, embedded_home
from exchange.storage.embedded import EmbeddedPostgres


class Pair:
    """A primary that waits for its standby at each commit, once `await_standby` was called."""

    def __init__(self, folder: Path) -> None:
        self.primary = EmbeddedPostgres(folder / "state")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the primary; return its address."""
        self.dsn = self.primary.start()
        parts = urlsplit(self.dsn)
        self._password = parts.password or ""
        self._sockets = parse_qs(parts.query)["host"][0]
        state = self._folder / "state"
        self._user = embedded_home.server_user(state)
        self._programs = embedded_home.programs_folder(state / "postgres", self._user)
        self._data = self._folder / "standby"
        self._standby_sockets = embedded_home.private(self._folder / "run", self._user)
        return self.dsn

    @property
    def standby_dsn(self) -> str:
        host = quote(str(self._standby_sockets))
        return f"postgresql://steppe:{self._password}@/steppe?host={host}&port=5432"

    def copy(self) -> None:
        """Make the standby's data from the running primary."""
        embedded_home.private(self._data, self._user)
        source = f"host={self._sockets} port=5432 user=postgres password={self._password}"
        options = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast")
        subprocess.run(
            [self._programs / "pg_basebackup", "-d", source, "-D", self._data, *options],
            check=True,
            capture_output=True,
            cwd="/",
            **embedded_home.identity(self._user),
        )

    def start_standby(self) -> None:
        """Start it and return; it catches up by itself."""
        for left in self._standby_sockets.iterdir():
            left.unlink()
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._process = embedded._spawn(
            self._programs,
            self._data,
            self._user,
            self._standby_sockets,
            self._folder / "standby.log",
        )

    def stop_standby(self) -> None:
        """End it at once: without a primary it will never have more than it has received now."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def kill_primary(self) -> None:
        pid = self.primary.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while self.primary.pid is not None:
            time.sleep(0.01)
        self.primary.stop()

    def stop(self) -> None:
        self.stop_standby()
        self.primary.stop()

    async def await_standby(self) -> None:
        """Have commits wait for the standby, once it streams."""
        admin = await self._admin(self._sockets)
        try:
            await admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            await admin.execute("SELECT pg_reload_conf()")
            query = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
            await _until(admin, query)
        finally:
            await admin.close()

    async def promote(self) -> None:
        """Make the standby a primary that waits for nobody."""
        admin = await self._admin(str(self._standby_sockets))
        try:
            assert await admin.fetchval("SELECT pg_promote()")
        finally:
            await admin.close()

    async def end_waits(self, function: str) -> int:
        """Cancel or terminate a writer that waits for the standby; return how many did."""
        admin = await self._admin(self._sockets)
        waiting = (
            "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            " AND application_name = 'steppe sequencer'"
        )
        try:
            await _until(admin, f"SELECT count(*) {waiting}")
            rows = await admin.fetch(f"SELECT {function}(pid) {waiting}")
        finally:
            await admin.close()
        return len(rows)

    async def _admin(self, sockets: str) -> "asyncpg.Connection[asyncpg.Record]":
        """Connect as the superuser, who waits for no standby, as soon as there is a server."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return await asyncpg.connect(
                    host=sockets,
                    port=5432,
                    user="postgres",
                    password=self._password,
                    database="postgres",
                    server_settings={"synchronous_commit": "local"},
                )
            except (OSError, asyncpg.PostgresError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)


async def _until(admin: "asyncpg.Connection[asyncpg.Record]", count: str) -> None:
    deadline = time.monotonic() + 60
    while not await admin.fetchval(count):
        assert time.monotonic() < deadline, count
        await asyncio.sleep(0.02)
