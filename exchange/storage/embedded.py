"""The embedded PostgreSQL: a small lifecycle around `initdb` and `postgres` of a wheel.

The wheel's own Python layer is never imported. Invariants:
one owner of a folder at a time (a file lock held while the owner lives); only a unix socket in a
folder of mode 0700, passwords by SCRAM; a half-made cluster is never used (made beside, then
renamed); whoever died how, the next `start` stops an orphaned server, clears what is left and
recovers. Where the files are: `embedded_home`.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import asyncpg

from exchange.storage import embedded_home as homes
from exchange.storage.durable import SYNC_METHOD, sync_folder
from exchange.storage.embedded_home import EmbeddedPostgresError, ServerUser
from exchange.storage.roles import APPLICATION, AUDITOR

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

ROLE: Final = "steppe"
ROLES: Final = {ROLE: "login createdb createrole", APPLICATION: "login", AUDITOR: "login"}
SUPERUSER: Final = "postgres"
LOG_BYTES_MAX: Final = 16 * 1024 * 1024
STOP_SECONDS_MAX: Final = 4
STOP_AT_ONCE_SECONDS_MAX: Final = 1

SETTINGS: Final = {
    "listen_addresses": "",
    "port": str(homes.PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "fsync": "on",
    "recovery_init_sync_method": SYNC_METHOD,
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "jit": "off",
    "autovacuum": "on",
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "30s",
    "autovacuum_vacuum_scale_factor": "0.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%a ",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements may carry sealed bids
    "log_lock_waits": "on",
}


class EmbeddedPostgres:
    """One PostgreSQL cluster that lives in a state folder. Every call blocks; not thread-safe."""

    def __init__(self, state_folder: Path) -> None:
        self._state = state_folder.absolute()
        self._home: Path | None = None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it lives."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> str:
        """Start the server and return the owner's DSN of the database; a running one is kept.

        Takes as long as recovery takes. Call it in a thread that runs no event loop. `address` then
        gives the other roles' DSN.
        Raises: EmbeddedPostgresError.
        """
        try:
            self._state = homes.made(self._state).resolve()
            password = homes.kept_password(self._state / "postgres.password")
            self._bring_up(password)
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(f"cannot use {self._state}: {error}") from error
        except BaseException:
            self.stop()
            raise
        return self.address(ROLE)

    def address(self, role: str) -> str:
        """Return a role's DSN of the database `steppe`, which `start` has made ready."""
        password = homes.kept_password(self._state / "postgres.password")
        return self._dsn(role, password, "steppe")

    def attach(self, role: str) -> str | None:
        """Return a role's DSN at the server that another process runs here; None if none does."""
        home = homes.existing_home(self._state)
        if self._sockets is None and home is not None and (home / "run").exists():
            self._sockets = (home / "run").resolve()
            if (self._sockets / homes.SOCKET_NAME).exists():
                return self.address(role)
        return None

    def revive(self) -> None:
        """Start a server that ended by itself again, at the same address; a running one is kept.

        Only between `start` and `stop`. When it fails, the folder stays ours: try again.
        Raises: EmbeddedPostgresError.
        """
        if self._home is None or self._sockets is None:
            raise EmbeddedPostgresError(f"the database of {self._state} was not started")
        if self.pid is not None:
            return
        try:
            password = homes.kept_password(self._state / "postgres.password")
            user = homes.server_user(self._state)
            _clear_leftovers(self._home / "data")
            for left in self._sockets.iterdir():
                left.unlink()
            self._run(self._home, user, self._sockets)
            asyncio.run(self._make_ready(password))
        except OSError as error:
            raise EmbeddedPostgresError(f"cannot use {self._state}: {error}") from error

    def stop(self) -> None:
        """Shut down fast: sessions end, a checkpoint is written. Repeating it does nothing."""
        if self._process is not None:
            if self._process.poll() is None:
                _stop(self._process)
            self._process = None
        if self._lock is not None:
            if self._home is not None:
                homes.remove_runtime_folder(self._home)
            self._lock.close()
            self._lock = None
        self._home = self._sockets = None

    def _bring_up(self, password: str) -> None:
        while True:
            kept = self.pid is not None
            if not kept:
                self._launch(password)
            try:
                return asyncio.run(self._make_ready(password))
            except EmbeddedPostgresError:
                if not kept or self.pid is not None:  # else it was dying when we came
                    raise

    def _launch(self, password: str) -> None:
        self.stop()
        user = homes.server_user(self._state)
        home = homes.home_folder(self._state, user)
        self._lock = homes.locked(home / "lock")
        self._home = home
        data = home / "data"
        _clear_leftovers(data)
        if not data.exists():
            _make_cluster(homes.programs_folder(home, user), data, user, password)
        self._sockets = homes.runtime_folder(home, user)
        self._run(home, user, self._sockets)

    def _run(self, home: Path, user: ServerUser | None, sockets: Path) -> None:
        programs = homes.programs_folder(home, user)
        _rotate(self._log)
        self._process = _spawn(programs, home / "data", user, sockets, self._log)

    async def _make_ready(self, password: str) -> None:
        connection = await self._connected(self._dsn(SUPERUSER, password, "postgres"))
        try:
            await _make_database(connection, password)
        finally:
            await connection.close()

    async def _connected(self, dsn: str) -> "asyncpg.Connection[asyncpg.Record]":
        pause_s = 0.01
        while self.pid is not None:
            try:
                return await asyncpg.connect(dsn, timeout=60)
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 1.5, 0.25)
            except asyncpg.PostgresError as error:
                text = f"the database of {self._state} refuses its own password file: {error}"
                raise EmbeddedPostgresError(text) from error
        text = f"PostgreSQL ended while starting; {self._log} ends with:\n{_tail(self._log)}"
        raise EmbeddedPostgresError(text)

    def _dsn(self, role: str, password: str, database: str) -> str:
        host = quote(str(self._sockets), safe="/")
        return f"postgresql://{role}:{password}@/{database}?host={host}&port={homes.PORT}"

    @property
    def _log(self) -> Path:
        return self._state / "postgres.log"


async def _make_database(
    connection: "asyncpg.Connection[asyncpg.Record]",
    password: str,
) -> None:
    for role, rights in ROLES.items():
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
            # The password is URL-safe text of our own making: no quote can occur in it.
            await connection.execute(f"create role {role} {rights} password '{password}'")
    if not await connection.fetchval("select 1 from pg_database where datname = 'steppe'"):
        await connection.execute(f"create database steppe owner {ROLE}")


# --- programs --------------------------------------------------------------------------------


def _make_cluster(programs: Path, data: Path, user: ServerUser | None, password: str) -> None:
    fresh = data.with_name("data-new")
    if fresh.exists():
        shutil.rmtree(fresh)
    homes.private(fresh, user)
    with tempfile.NamedTemporaryFile("w", prefix="password-", dir=data.parent) as file:
        file.write(password)
        file.flush()
        if user is not None:
            os.chown(file.name, user.uid, user.gid)
        done = subprocess.run(  # noqa: S603 - our own program and paths
            [
                str(programs / "initdb"),
                f"--pgdata={fresh}",
                f"--username={SUPERUSER}",
                f"--pwfile={file.name}",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                f"--sync-method={SYNC_METHOD}",
                "--auth=scram-sha-256",
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
            **homes.identity(user),
        )
    if done.returncode != 0:
        text = f"initdb failed in {fresh}:\n{done.stdout.decode(errors='replace')}"
        raise EmbeddedPostgresError(text)
    fresh.rename(data)
    sync_folder(data.parent)


def _spawn(
    programs: Path,
    data: Path,
    user: ServerUser | None,
    sockets: Path,
    log: Path,
) -> subprocess.Popen[bytes]:
    folder = str(sockets).replace('"', '""')
    settings = SETTINGS | {"unix_socket_directories": f'"{folder}"'}
    if _built_with_lz4(programs):
        settings["wal_compression"] = "lz4"
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log.touch(0o600)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program and paths
            [str(programs / "postgres"), "-D", str(data), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is not for the database
            **homes.identity(user),
        )


def _built_with_lz4(programs: Path) -> bool:
    done = subprocess.run(  # noqa: S603 - our own program
        [str(programs / "pg_config"), "--configure"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=_environment(),
    )
    return b"--with-lz4" in done.stdout


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **kept}


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    return "(nothing)"


# --- processes -------------------------------------------------------------------------------


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server fast, then at once, then by force: what it committed is in its WAL in any case.

    The next start recovers from there and ends what a killed server left running.
    """
    for name, wait_s in (
        (signal.SIGINT, STOP_SECONDS_MAX),
        (signal.SIGQUIT, STOP_AT_ONCE_SECONDS_MAX),
    ):
        process.send_signal(name)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
            return
    process.kill()
    process.wait()


def _clear_leftovers(data: Path) -> None:
    """Stop what an owner that died left running. The caller holds the folder's lock.

    An orphaned postmaster is shut down fast, then at once; children of a dead one are ended, since
    a new server must not share the data with them. The stale pid file goes last: its number may
    by now belong to a stranger, which `postgres` itself would take for a rival.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    postmaster = _first_number(pid_file)
    for name, wait_s in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
        running = _server_processes(data, postmaster)
        if name == signal.SIGINT or postmaster in running:
            running &= {postmaster}
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, name)
        if _gone(data, postmaster, wait_s if running else 0.5):
            break
    else:
        text = f"an earlier server still uses {data} and cannot be stopped (process {postmaster})"
        raise EmbeddedPostgresError(text)
    pid_file.unlink(missing_ok=True)


def _gone(data: Path, postmaster: int, wait_s: float) -> bool:
    end = time.monotonic() + wait_s
    while _server_processes(data, postmaster):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _first_number(path: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(path.read_text().splitlines()[0])
    return 0


def _server_processes(data: Path, postmaster: int) -> set[int]:
    """Find the processes of the server on `data`: each of them has it as its current folder."""
    processes = Path("/proc")
    if not (processes / "self" / "cwd").exists():
        return {postmaster} if _names_postgres(postmaster) else set()
    numbers = (entry.name for entry in processes.iterdir() if entry.name.isdigit())
    return {int(number) for number in numbers if _serves(processes / number, data)}


def _serves(process: Path, data: Path) -> bool:
    with contextlib.suppress(OSError):
        same_folder = (process / "cwd").readlink() == data
        return same_folder and (process / "exe").readlink().name.startswith("postgres")
    return False


def _names_postgres(pid: int) -> bool:
    done = subprocess.run(  # noqa: S603 - a number is its only argument
        ["/bin/ps", "-o", "comm=", "-p", str(pid)],
        check=False,
        capture_output=True,
    )
    return b"postgres" in done.stdout
