"""As much of S3 as clients need to list, fetch and store objects, on a loopback port, in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from archive.withdrawals import file_hash

PAGE = 100
"""So many keys are listed at a time, so that clients must turn pages."""


class Bucket:
    """Objects by key, and the parts of those on their way."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}


@contextmanager
def object_storage() -> Iterator[tuple[Bucket, dict[str, str]]]:
    """A bucket, and the variables by which programs find it."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": bucket}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield bucket, variables(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


def variables(endpoint: str) -> dict[str, str]:
    """What leads programs to the bucket "presse" of a server."""
    return {
        "KREISPRESSE_STORE": "s3://presse/logs", "AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-central-1",
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bucket: Bucket

    def do_PUT(self) -> None:
        key, asked = self._asked()
        body = self._body()
        if "uploadId" in asked:
            self.bucket.parts[asked["uploadId"]][int(asked["partNumber"])] = body
        else:
            self.bucket.objects[key] = body
        self._answer(200, b"", ETag=f'"{file_hash(body)}"')

    def do_POST(self) -> None:
        key, asked = self._asked()
        self._body()
        if "uploads" in asked:
            self.bucket.parts[key] = {}
            self._answer(200, _xml("InitiateMultipartUploadResult", f"<UploadId>{escape(key)}</UploadId>"))
        else:
            parts = self.bucket.parts.pop(asked["uploadId"])
            self.bucket.objects[key] = b"".join(parts[n] for n in sorted(parts))
            self._answer(200, _xml("CompleteMultipartUploadResult", f'<ETag>"{len(parts)}"</ETag>'))

    def do_GET(self) -> None:
        key, asked = self._asked()
        if not key:
            self._answer(200, self._listed(asked))
        elif key not in self.bucket.objects:
            self._answer(404, _xml("Error", "<Code>NoSuchKey</Code>"))
        else:
            self._send(self.bucket.objects[key])

    def do_HEAD(self) -> None:
        self.do_GET()

    def _listed(self, asked: dict[str, str]) -> bytes:
        """Keys with a prefix, those below a further slash as one, from where the last page ended."""
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        found: dict[str, str] = {}
        for key in sorted(k for k in list(self.bucket.objects) if k.startswith(prefix)):
            rest, slash, _ = key.removeprefix(prefix).partition(delimiter) if delimiter else (key, "", "")
            name = f"{prefix}{rest}{slash}" if slash else key
            size = 0 if slash else len(self.bucket.objects[key])
            about = f"<Key>{escape(key)}</Key><Size>{size}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            found[name] = (
                f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" if slash
                else f'<Contents>{about}<ETag>"{size}"</ETag></Contents>'
            )  # fmt: skip
        after = asked.get("continuation-token", "") or asked.get("start-after", "")
        left = [name for name in found if name > after]
        more = (
            f"<NextContinuationToken>{escape(left[PAGE - 1])}</NextContinuationToken>"
            if len(left) > PAGE
            else ""
        )
        shown = "".join(found[name] for name in left[:PAGE])
        return _xml("ListBucketResult", f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>{more}{shown}")

    def _send(self, body: bytes) -> None:
        """An object, or the bytes of it that are asked for."""
        about = {"ETag": f'"{file_hash(body)}"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if not asked:
            return self._answer(200, body, **about)
        first, _, last = asked.partition("-")
        end = min(int(last or len(body)), len(body) - 1)
        about["Content-Range"] = f"bytes {first}-{end}/{len(body)}"
        return self._answer(206, body[int(first) : end + 1], **about)

    def _asked(self) -> tuple[str, dict[str, str]]:
        """The key, empty for the bucket itself, and the parameters."""
        parts = urlsplit(self.path)
        values = {name: each[0] for name, each in parse_qs(parts.query, keep_blank_values=True).items()}
        return unquote(parts.path).lstrip("/").partition("/")[2], values

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _xml(name: str, content: str) -> bytes:
    return f'<?xml version="1.0"?><{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{content}</{name}>'.encode()
