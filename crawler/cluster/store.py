"""Object storage with the logs of all hosts: a folder a group of hosts, each like a data folder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from obstore.exceptions import BaseError
from obstore.store import from_url

from archive.captures import Damage, members
from archive.model import Note
from archive.records import observation
from crawler.folder import Lock
from crawler.merge_logs import Fetch, Offered, take, take_state

EVERYWHERE = "_withdrawn"
"""Folder of what was withdrawn: every machine takes it into its log."""

_WITHDRAWALS = ("withdrawal", "redaction", "noindex")


class Store:
    """Logs at an address of object storage: s3://bucket/folder, gs://…, az://…, or file:///folder."""

    def __init__(self, url: str) -> None:
        """Raises ValueError for an address of another kind."""
        if url.startswith("file://"):
            Path(url.removeprefix("file://")).mkdir(parents=True, exist_ok=True)
        try:
            self._objects = from_url(url)
        except BaseError as error:
            raise ValueError(_told(error)) from error

    def folders(self) -> dict[str, list[Offered]]:
        """The log files of each folder, by one listing of all of the store."""
        found: dict[str, list[Offered]] = {}
        for path, size in self._listed():
            if path.endswith(".warc.gz"):
                folder, _, name = PurePosixPath(path).parts[-3:]
                found.setdefault(folder, []).append(Offered(name, size, self._fetch(path)))
        return found

    def pull(self, group: str, data: Path) -> frozenset[str]:
        """Bring a group's log, what servers gave it, and all that was withdrawn into a data folder.

        Returns the names of the log files that then are there. Raises folder.Locked when a crawl works there.
        """
        lock = Lock(data)
        try:
            listed = [each for name in (_folder(group), EVERYWHERE) for each in self._listed(name)]
            logs = [(path, size) for path, size in listed if path.endswith(".warc.gz")]
            take(data, [Offered(PurePosixPath(path).name, size, self._fetch(path)) for path, size in logs])
            for path, _ in listed:
                if path.endswith("/state.db"):
                    take_state(data, self._fetch(path))
        finally:
            lock.release()
        return frozenset(path.name for path in (data / "captures").glob("*.warc.gz"))

    def push(self, data: Path, group: str) -> None:
        """Bring a data folder's log to the store, and what servers gave, after a crawl that ended in order.

        For whoever alone has the group. Files that are there with the same size stay: what was taken out here
        is taken out there, too.
        """
        self.push_log(data, group)
        if (data / "state.db").exists():
            self._put(data / "state.db", _folder(group))

    def push_log(self, data: Path, group: str, but: Collection[str] = ()) -> None:
        """The same with the log alone, at any time.

        ``but``: names of files that were there before the crawl, and may still hold what was withdrawn.
        """
        there = {PurePosixPath(path).name: size for path, size in self._listed(_folder(group))}
        left = {PurePosixPath(path).name for path, _ in self._listed(EVERYWHERE)}.union(but)
        for path in sorted((data / "captures").glob("*.warc.gz")):
            if path.name not in left and there.get(path.name) != path.stat().st_size:
                self._put(path, f"{_folder(group)}/captures")

    def tell_withdrawals(self, data: Path) -> int:
        """Put what was withdrawn in a data folder where every machine finds it: how many files that are."""
        known = {file.name for files in self.folders().values() for file in files}
        fresh = [path for path in (data / "captures").glob("*.warc.gz") if path.name not in known]
        told = [path for path in fresh if _is_withdrawal(path)]
        for path in told:
            self._put(path, f"{EVERYWHERE}/captures")
        return len(told)

    def _listed(self, folder: str | None = None) -> list[tuple[str, int]]:
        """Path and size of each object below a folder."""
        with _faults():
            return [(each["path"], each["size"]) for some in self._objects.list(folder) for each in some]

    def _fetch(self, path: str) -> Fetch:
        def fetch(to: Path) -> None:
            with _faults(), to.open("wb") as file:
                for some in self._objects.get(path):
                    file.write(some)

        return fetch

    def _put(self, path: Path, folder: str) -> None:
        with _faults():
            self._objects.put(f"{folder}/{path.name}", path)


@contextmanager
def _faults() -> Iterator[None]:
    """Faults of the client for object storage as OSError, as those of all others are."""
    try:
        yield
    except BaseError as error:
        raise OSError(f"the store does not do what it is asked for: {_told(error)}") from error


def _told(error: BaseError) -> str:
    return " ".join(str(error).split())[:300]


def data_folder(work: Path, group: str) -> Path:
    """The data folder of a group of hosts below a machine's folder of work."""
    return work / _folder(group)


def _folder(group: str) -> str:
    return re.sub(r"[^\w.-]", "_", group)


def _is_withdrawal(path: Path) -> bool:
    """Whether a log file begins with what was withdrawn, as only those that a withdrawal writes do."""
    read = (observation(member) for member, _, _ in members(path) if not isinstance(member, Damage))
    first = next(filter(None, read), None)
    return isinstance(first, Note) and first.topic in _WITHDRAWALS
