"""Disks that are full or may not be written: a small tmpfs of our own where that may be mounted, else a limit.

A process with a mount namespace of its own (root's, or one in a user namespace of its own) mounts what it likes, nobody else
sees it, and it is gone with the process.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEWNS, _NEWUSER = 0x20000, 0x10000000
_PRIVATE, _REMOUNT, _READ_ONLY = 0x44000, 0x20, 0x1
_libc = ctypes.CDLL(None, use_errno=True)


def own_mounts() -> bool:
    """Give this process mounts of its own, before it has threads; False where the system does not allow it."""
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(_NEWNS if user == 0 else _NEWNS | _NEWUSER):
        return False
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    return not _libc.mount(b"none", b"/", None, _PRIVATE, None)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of so many kilobytes."""
    folder.mkdir()
    _mount(folder, 0, f"size={kilobytes}k")
    try:
        yield folder
    finally:
        _libc.umount2(str(folder).encode(), 2)


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """The disk that is mounted there may not be written."""
    gc.collect()  # databases that were read here may still be open
    _mount(disk, _REMOUNT | _READ_ONLY, "")
    try:
        yield
    finally:
        _mount(disk, _REMOUNT, "")


@contextmanager
def filled(disk: Path, spare: int) -> Iterator[None]:
    """Only so many kilobytes are left."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        status = os.statvfs(disk)
        file.write(bytes(max(0, status.f_bavail * status.f_frsize - 1024 * spare)))
    try:
        yield
    finally:
        filler.unlink()


def limit_files(kilobytes: int) -> None:
    """No file of this process may grow beyond so many kilobytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kilobytes, resource.RLIM_INFINITY))


def _mount(folder: Path, flags: int, options: str) -> None:
    if _libc.mount(b"none", str(folder).encode(), b"tmpfs", flags, options.encode() or None):
        raise OSError(ctypes.get_errno(), f"{folder} cannot be mounted")
