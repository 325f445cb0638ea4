"""Power loss on one machine: an ext4 file system in a file, shut down as if the power went.

Killing a process does not lose what it wrote: the page cache survives. Here the ioctl
`EXT4_IOC_SHUTDOWN` (linux/fs/ext4, flag NOLOGFLUSH) makes the file system drop all that is not on
its disk, journal included; mounting it again recovers from the journal, as after a power loss.
"""

import fcntl
import os
import struct
import subprocess
from pathlib import Path

SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
NOLOGFLUSH = 2
SIZE_BYTES = 3 * 1024**3  # sparse: only what is written takes room


class Disk:
    """A file system of our own at `<folder>/disk`. Needs root and loop devices."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "disk.img"
        self.mounted_at = folder / "disk"

    def make(self) -> str:
        """Make and mount it; return why that cannot be done here, or an empty text."""
        if os.geteuid() != 0:
            return "only root may mount a file system"
        self.mounted_at.mkdir()
        with self._image.open("wb") as file:
            file.truncate(SIZE_BYTES)
        for command in (["mkfs.ext4", "-q", str(self._image)], self._mounting):
            try:
                done = subprocess.run(command, check=False, capture_output=True, text=True)
            except OSError as fault:
                return str(fault)
            if done.returncode:
                return f"{' '.join(command)}: {done.stderr.strip()}"
        self.mounted_at.chmod(0o755)
        return self._try_shutdown()

    def _try_shutdown(self) -> str:
        try:
            self.lose_power()
        except OSError as fault:
            self.unmount()
            return f"EXT4_IOC_SHUTDOWN: {fault}"
        self.unmount()
        self.mount()
        return ""

    @property
    def _mounting(self) -> list[str]:
        return ["mount", "-t", "ext4", "-o", "loop", str(self._image), str(self.mounted_at)]

    def mount(self) -> None:
        subprocess.run(self._mounting, check=True)

    def unmount(self) -> None:
        """Raises: CalledProcessError while somebody uses it."""
        subprocess.run(["umount", str(self.mounted_at)], check=True)

    def lose_power(self) -> None:
        """From now on nothing is read or written; what was not on the disk never will be."""
        handle = os.open(self.mounted_at, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(handle)
