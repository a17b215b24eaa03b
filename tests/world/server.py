"""The loopback server of one invented host."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import TYPE_CHECKING

from loopback import Answer, Asked

if TYPE_CHECKING:
    from world.styles.base import Style


class Host:
    """A host that serves one style, or several side by side, each answer after ``pause`` seconds."""

    def __init__(self, styles: list[Style], pause: float = 0.0) -> None:
        self.styles = styles
        self.pause = pause
        self.address = ""
        self.asked: list[Asked] = []
        self._versions: dict[str, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, target: str) -> Answer:
        if self.pause:
            sleep(self.pause)
        for style in self.styles:
            found = style.answer(target)
            if found is not None:
                return found
        return self.styles[0].missing(target)

    def validators(self, target: str, answer: Answer) -> dict[str, str]:
        """ETag or Last-Modified, by what the style sends."""
        sends = self.styles[0].validators
        if not sends or answer.status != 200:
            return {}
        body = answer.body if isinstance(answer.body, bytes) else b""
        digest = sha256(body).hexdigest()[:20]
        if sends == "etag":
            return {"ETag": f'"{digest}"'}
        with self._lock:
            known, version = self._versions.get(target, ("", -1))
            if known != digest:
                version += 1
                self._versions[target] = (digest, version)
        return {"Last-Modified": f"Sat, 24 Oct 2026 0{version // 60 % 10}:{version % 60:02}:00 GMT"}

    @classmethod
    @contextmanager
    def serve(cls, styles: list[Style], pause: float = 0.0) -> Iterator[Host]:
        host = cls(styles, pause)
        with listening(host) as address:
            host.address = address
            for style in styles:
                style.address = address
            yield host


@contextmanager
def listening(host: Host, name: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Answer on a free port of a loopback number until the block ends, with ``tls`` by https."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            asked = Asked(self.path, self.headers.get("User-Agent", ""), dict(self.headers), monotonic())
            host.asked.append(asked)
            try:
                self._reply(host.answer(self.path), asked)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_HEAD = do_GET  # noqa: N815

        def _reply(self, answer: Answer, asked: Asked) -> None:
            status, body = answer.status, answer.body
            if isinstance(body, str):
                body = answer.body = body.encode()
            proofs = host.validators(self.path, answer)
            if proofs and (
                self.headers.get("If-None-Match") == proofs.get("ETag", "")
                or self.headers.get("If-Modified-Since") == proofs.get("Last-Modified", "")
            ):
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Type": answer.type, **answer.headers, **proofs}.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            asked.ended = (
                monotonic()
            )  # before the client can know: its next request is never seen as overlapping
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((name, 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True) if tls else server.socket
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' * (tls is not None)}://{name}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
