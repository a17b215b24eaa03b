"""A PostgreSQL server of its own for a test: in a temporary folder, on a free loopback port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MISSING = "no PostgreSQL server is installed (Debian: apt-get install postgresql)"


def binaries() -> Path | None:
    """Folder of the newest server's programs, None where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return next((each for each in reversed(folders) if (each / "pg_ctl").exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """Address of an empty database. Raises FileNotFoundError where no server is installed."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError(MISSING)
    folder, port = Path(tempfile.mkdtemp(prefix="postgres")), free_port()
    user: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:  # which the server refuses to run as
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    server = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"
    try:
        subprocess.run([programs / "initdb", "-D", folder / "data", "-U", "presse", "-A", "trust", "-N", "-E", "UTF8",
                        "--locale=C"], check=True, **user)  # fmt: skip
        subprocess.run([*server, "-o", options, "start"], check=True, **user)
        try:
            yield f"postgresql://presse@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*server, "-m", "immediate", "stop"], check=True, **user)
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
