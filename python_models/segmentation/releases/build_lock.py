"""One build at a time: a lock on the folder, for as long as its process lives."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from segmentation.releases.release_folder import PRIVATE_UMASK

# EX_TEMPFAIL of sysexits.h: try again later.
EXIT_IN_USE = 75
LOCK_FILE = ".lock"
# A lock lasts as long as its process: whatever ends a build releases it.
_locks: dict[Path, int] = {}


class HomeInUseError(RuntimeError):
    """Another process writes to the folder; nothing was changed."""


def prepare_home(home: Path) -> None:
    """Create the folder, private to its owner, and hold it for this process.

    Raises
    ------
    HomeInUseError
        If another process holds it, with that process's number.
    """
    os.umask(PRIVATE_UMASK)
    home.mkdir(parents=True, exist_ok=True)
    path = (home / LOCK_FILE).resolve()
    if path in _locks:
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode("ascii", "ignore").strip() or "unknown"
        os.close(handle)
        raise HomeInUseError(
            f"Another build is writing to {home} (process {holder}); this one stopped "
            "and changed nothing. Wait for it, or set SEGMENTATION_HOME to another "
            "folder."
        ) from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode("ascii"))
    _locks[path] = handle


def release_home(home: Path) -> None:
    """Let the next process in, before this one ends."""
    handle = _locks.pop((home / LOCK_FILE).resolve(), None)
    if handle is not None:
        os.close(handle)
