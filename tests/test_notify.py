"""Changed states are told by mail and webhook: once, with evidence and a next step, again where it failed."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sample
from click.testing import CliRunner

from archive.db import Archive
from archive.derive import health
from archive.health.current import Condition
from archive.health.states import STATES
from crawler.cli import main
from crawler.condition import evidence, next_step
from crawler.notify import BadChannel, changes, channels, tell

WELL = Condition("kreis-a", "Kreis A", "XX", "ok", "2026-03-01T03:00:00Z", "2026-03-01", 2, None, None, 1,
                 "2026-03-20T03:00:00Z", "unchanged", None)  # fmt: skip
LATE = replace(WELL, state="late", expected="2026-03-12")
FAILING = replace(
    WELL, source="kreis-b", state="failing", looks=4, last_error="https://b.example/ answered 503"
)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a client without a password needs."""

    def handle(self):
        said, body = self.wfile.write, None
        said(b"220 there\r\n")
        for line in iter(self.rfile.readline, b""):
            if body is not None:
                body.append(line)
                if line == b".\r\n":
                    self.server.got.append(b"".join(body).decode())
                    body = None
                    said(b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                body = []
                said(b"354 go on\r\n")
            else:
                said(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 well\r\n")


@contextmanager
def serving(server, **more):
    with server as running:
        running.got = []
        vars(running).update(more)
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def hook():
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Hook), status=204) as running:
        yield running


@pytest.fixture
def smtp():
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)) as running:
        yield running


def by_hook(hook):
    return channels({"KREISPRESSE_WEBHOOK": f"http://127.0.0.1:{hook.server_address[1]}/secret-token"})


def test_a_change_is_told_once_and_its_end_too(tmp_path, hook):
    kept = tmp_path / "told.json"
    for now in ([WELL], [LATE], [LATE], [LATE], [WELL], [WELL]):
        tell(now, by_hook(hook), kept)
    states = [[each["state"] for each in said["changes"]] for _, said in hook.got]
    assert states == [["late"], ["ok"]]
    assert (
        "no release since 2026-03-01; usually one every 2 days, one was due by 2026-03-12"
        in hook.got[0][1]["text"]
    )
    assert "kreispresse sources diagnose kreis-a" in hook.got[0][1]["text"]


def test_a_mail_names_what_changed(tmp_path, smtp):
    ways = channels(
        {
            "KREISPRESSE_MAIL_TO": "an@verein.example",
            "KREISPRESSE_SMTP": f"smtp://127.0.0.1:{smtp.server_address[1]}",
        }
    )
    assert tell([LATE, FAILING], ways, tmp_path / "told.json") == (1, [])
    (mail,) = smtp.got
    message = message_from_string(mail, policy=default)
    assert message["Subject"].startswith("Kreispresse: 2 sources need a look")
    assert message["To"] == "an@verein.example"
    assert "not read since 2026-03-01, 4 looks: https://b.example/ answered 503" in message.get_content()


def test_what_could_not_be_sent_is_said_and_sent_the_next_time(tmp_path, hook, smtp):
    kept = tmp_path / "told.json"
    ways = by_hook(hook) | channels(
        {
            "KREISPRESSE_MAIL_TO": "an@verein.example",
            "KREISPRESSE_SMTP": f"smtp://127.0.0.1:{smtp.server_address[1]}",
        }
    )
    hook.status = 500
    assert tell([LATE], ways, kept) == (1, ["webhook: 127.0.0.1 answered 500; tried again next time"])
    hook.status = 204
    assert tell([LATE], ways, kept) == (1, [])
    assert (len(hook.got), len(smtp.got)) == (2, 1), "the mail went out the first time and not again"


def test_a_webhook_goes_nowhere_else_and_its_path_is_kept_secret(tmp_path, hook):
    hook.status = 302
    sent, (why,) = tell([LATE], by_hook(hook), tmp_path / "told.json")
    assert sent == 0
    assert [path for path, _ in hook.got] == ["/secret-token"]
    assert "secret-token" not in why


def test_nobody_there_is_an_error_that_says_so(tmp_path):
    ways = channels({"KREISPRESSE_MAIL_TO": "a@b.example", "KREISPRESSE_SMTP": "smtp://u:geheim@127.0.0.1:1",
                     "KREISPRESSE_WEBHOOK": "http://127.0.0.1:1/geheim"})  # fmt: skip
    sent, failed = tell([LATE], ways, tmp_path / "told.json")
    assert (sent, len(failed)) == (0, 2)
    assert "geheim" not in "".join(failed)


def test_a_damaged_memory_tells_all_once_more(tmp_path, hook):
    kept = tmp_path / "told.json"
    for damaged in ("{half", "[1]", '{"webhook": 1}'):
        kept.write_text(damaged, "utf-8")
        assert tell([LATE], by_hook(hook), kept) == (1, [])
    assert tell([LATE], by_hook(hook), kept) == (0, [])


def test_well_sources_and_opted_out_ones_are_no_news():
    assert changes([WELL, replace(WELL, state="opted-out")], {}) == []
    assert changes([replace(WELL, state="opted-out")], {"kreis-a": "failing"}) != []


def test_nights_are_named_by_the_day_here():
    assert "not read since 2026-03-02" in evidence(replace(FAILING, since="2026-03-01T23:30:00Z"))


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_evidence_and_what_is_not_well_a_next_step(state):
    each = replace(FAILING, state=state, expected="2026-03-12", error="e")
    assert evidence(each)
    assert bool(next_step(each)) is not each.well


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    data = sample.build(tmp_path_factory.mktemp("health"))
    archive = Archive(data / "archive.db")
    with archive.db.atomic():
        health.derive(archive.db)
    archive.close()
    return data


def run(folder, *arguments, **env):
    return CliRunner().invoke(main, ["health", "--data", str(folder), *arguments], env=env)


def test_the_command_names_who_needs_a_look_and_what_to_do(folder):
    done = run(folder)
    assert done.exit_code == 3
    assert "landkreis-übertal  failing  not read since 2026-03-" in done.output
    assert "503 Service Unavailable\n    kreispresse sources check landkreis-übertal" in done.output
    assert "kreis-auenfeld" not in done.output
    assert "1 of 3 sources are well; no crawl for" in done.output
    found = {each["id"]: each for each in json.loads(run(folder, "--json").stdout)}
    assert found["kreis-auenfeld"]["state"] == "ok"
    assert found["landkreis-übertal"]["next"].startswith("kreispresse sources check")


def test_wrong_usage_is_told(folder, tmp_path):
    assert "never crawled: nobody" in run(folder, "nobody").output
    assert run(folder, "nobody").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert "KREISPRESSE_MAIL_TO" in run(folder, "--notify").output
    assert (
        "smtps://"
        in run(folder, "--notify", KREISPRESSE_MAIL_TO="a@b.example", KREISPRESSE_SMTP="mail").output
    )
    assert "https://" in run(folder, "--notify", KREISPRESSE_WEBHOOK="file:///etc/passwd").output


@pytest.mark.parametrize(
    "settings",
    [
        {"KREISPRESSE_WEBHOOK": "http://[half"},
        {"KREISPRESSE_WEBHOOK": "ftp://a.example/"},
        {"KREISPRESSE_MAIL_TO": "a@b.example", "KREISPRESSE_SMTP": "smtp://host:port"},
        {"KREISPRESSE_MAIL_TO": "a@b.example\nBcc: c@d.example"},
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(settings):
    with pytest.raises(BadChannel, match="KREISPRESSE_"):
        channels(settings)


def test_notify_ends_with_one_when_it_could_not_send(folder, hook):
    address = f"http://127.0.0.1:{hook.server_address[1]}/"
    hook.status = 500
    failed = run(folder, "--notify", KREISPRESSE_WEBHOOK=address)
    assert (failed.exit_code, "answered 500" in failed.output) == (1, True)
    hook.status = 200
    assert run(folder, "--notify", KREISPRESSE_WEBHOOK=address).exit_code == 0
    assert "nothing new" in run(folder, "--notify", KREISPRESSE_WEBHOOK=address).output
