"""Files that must be whole: after a crash or a power loss the old content or the new one.

Thousands of files are made durable by one call for their file system where Linux tells of errors in
it, which it does since 5.8; elsewhere one by one.
"""

import ctypes
import os
import platform
import re
import sys
from pathlib import Path


def _tells_of_errors(system: str, release: str) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", release)
    return system == "linux" and numbers is not None and (*map(int, numbers.groups()),) >= (5, 8)


SYNC_METHOD = "syncfs" if _tells_of_errors(sys.platform, platform.release()) else "fsync"
"""How to make many files durable, in the words of PostgreSQL."""


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Make or replace a file; on return it is durable. The folder is made if needed.

    Raises: OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Make durable all that is in a folder of one file system. Raises: OSError."""
    if SYNC_METHOD == "syncfs":
        _sync_file_system(folder)
        return
    for parent, _, names in os.walk(folder):
        for file in (Path(parent, name) for name in names):
            if not file.is_symlink():
                _sync(file, os.O_RDONLY)
        sync_folder(Path(parent))


def sync_folder(folder: Path) -> None:
    """Make durable which files a folder has."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync_file_system(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
