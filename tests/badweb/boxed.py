"""Run our command in a process that can reach nothing but the table's server.

    python tests/badweb/boxed.py BOX.json crawl --sources …

BOX.json: ``names``: the numbers that a name leads to, one after the other with each look-up; ``routes``: to which
port of loopback a connection to "number port" goes; ``asked``: a file that gets a line for each connection to any other
address, which then fails; ``settings``: values in place of those of crawler.settings; ``reading``: seconds that a page
may take to read. The product is as it is: only the system's resolver and connections are played.
"""

from __future__ import annotations

import errno
import json
import socket
import sys
from itertools import chain, repeat
from pathlib import Path
from typing import Any


def main() -> None:
    """Close the box, run the command."""
    box = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    _play_names(box["names"])
    _play_connections(box["routes"], Path(box["asked"]))
    from crawler import readers, settings
    from crawler.cli import main as kreispresse

    for name, value in box["settings"].items():
        setattr(settings, name, value)
    readers.SECONDS = box["reading"]
    sys.argv = ["kreispresse", *sys.argv[2:]]
    kreispresse()


def _play_names(names: dict[str, list[str]]) -> None:
    """Names lead where the box says; a number in whatever spelling where the system says."""
    answers = {
        name: chain(numbers, repeat(numbers[-1])) if numbers else iter(()) for name, numbers in names.items()
    }
    real = socket.gethostbyname

    def gethostbyname(name: str) -> str:
        number = next(answers.get(name, iter(())), None)
        if number:
            return number
        try:
            socket.inet_aton(name)
        except OSError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return real(name)

    socket.gethostbyname = gethostbyname


def _play_connections(routes: dict[str, int], asked: Path) -> None:
    """Connections go to loopback, or nowhere and are written down."""

    def connect_ex(self: socket.socket, address: Any) -> int:
        if self.family not in (socket.AF_INET, socket.AF_INET6):
            return _real(self, address)
        port = routes.get(f"{address[0]} {address[1]}")
        if port is None:
            with asked.open("a") as file:
                file.write(f"{address[0]} {address[1]}\n")
            return errno.ENETUNREACH
        return _real(self, ("127.0.0.1", port))

    _real = socket.socket.connect_ex
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
