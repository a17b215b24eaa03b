"""Tell whoever looks after the archive that states of sources changed: by mail, by webhook, each thing once.

What was told is kept in told.json in the data folder, for each way of its own, so that neither a rebuild nor
the other way's failure tells anything twice.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from archive.health.current import WELL, Condition
from crawler.address import net
from crawler.condition import as_json, told

SECONDS = 30.0
"""So long a mail server or webhook may take to answer."""

_SMTP = "KREISPRESSE_SMTP is smtp://host:25, smtp://user:password@host:587 or smtps://…:465"
_HOOK = "KREISPRESSE_WEBHOOK is an address that begins with https:// (or http://)"

Told = dict[str, str]
"""The state of each source that was last told."""

Send = Callable[[Sequence[Condition]], None]


class NotSent(Exception):
    """A message could not be handed over; the words hold no password and no path of a webhook."""


class BadChannel(ValueError):
    """A way of telling is configured wrongly; the words say how it is to be."""


def channels(settings: Mapping[str, str]) -> dict[str, Send]:
    """The ways of telling that the environment names. Raises BadChannel."""
    found: dict[str, Send] = {}
    if to := settings.get("KREISPRESSE_MAIL_TO"):
        found["mail"] = _mail(to, settings.get("KREISPRESSE_SMTP", "smtp://localhost:25"), settings)
    if hook := settings.get("KREISPRESSE_WEBHOOK"):
        found["webhook"] = _webhook(hook)
    return found


def changes(now: Sequence[Condition], before: Told) -> list[Condition]:
    """What is to be told: sources in another state than was last told, if not well both times."""
    was = {each.source: before.get(each.source, "ok") for each in now}
    other = [each for each in now if each.state != was[each.source]]
    return [each for each in other if not (each.well and was[each.source] in WELL)]


def tell(now: Sequence[Condition], ways: Mapping[str, Send], kept: Path) -> tuple[int, list[str]]:
    """Send what is new by each way: (messages sent, a line for each way that failed)."""
    all_told = _read(kept)
    sent, failed = 0, []
    for way, send in ways.items():
        new = changes(now, all_told.get(way, {}))
        if not new:
            continue
        try:
            send(new)
        except NotSent as error:
            failed.append(f"{way}: {error}; tried again next time")
            continue
        sent += 1
        all_told[way] = all_told.get(way, {}) | {each.source: each.state for each in new}
        _write(kept, all_told)
    return sent, failed


def subject(new: Sequence[Condition]) -> str:
    """A line: which source, or how many, came into which state."""
    if len(new) == 1:
        return f"Kreispresse: {new[0].source} is {new[0].state}"
    ill = sum(not each.well for each in new)
    return f"Kreispresse: {ill} sources need a look, {len(new) - ill} are well again"


def _read(kept: Path) -> dict[str, Told]:
    """What was told; nothing where the file is not there or damaged: then all is told once more."""
    try:
        read = json.loads(kept.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    there = read.items() if isinstance(read, dict) else ()
    return {way: states for way, states in there if isinstance(states, dict)}


def _write(kept: Path, states: Mapping[str, Told]) -> None:
    part = kept.with_name(f"{kept.name}.part")
    part.write_text(json.dumps(states, indent=1, sort_keys=True) + "\n", "utf-8")
    part.replace(kept)


def _address(text: str, schemes: Sequence[str], wanted: str) -> SplitResult:
    """An address in its parts; raises BadChannel, which says what is wanted, where it is none of these."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is open
        good = False
    if not good:
        raise BadChannel(wanted)
    return parts


def _mail(to: str, server: str, settings: Mapping[str, str]) -> Send:
    parts = _address(server, ("smtp", "smtps"), _SMTP)
    sender = settings.get("KREISPRESSE_MAIL_FROM") or to.split(",", maxsplit=1)[0]
    if not (to + sender).isprintable():
        raise BadChannel("KREISPRESSE_MAIL_TO and KREISPRESSE_MAIL_FROM are addresses on one line")

    def send(new: Sequence[Condition]) -> None:
        message = EmailMessage()
        message["Subject"], message["To"] = subject(new), to
        message["From"] = sender
        message.set_content(told(new) + "\n")
        try:
            with _connected(parts) as smtp:
                smtp.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(
                f"{parts.hostname}:{_port(parts)} did not take it ({type(error).__name__})"
            ) from error

    return send


def _connected(server: SplitResult) -> smtplib.SMTP:
    """A mail server, encrypted unless it is this machine's, and logged in where a user is named."""
    host, secure = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, _port(server), timeout=SECONDS, context=secure)
    else:
        smtp = smtplib.SMTP(host, _port(server), timeout=SECONDS)
        smtp.ehlo()
        if server.username or (smtp.has_extn("starttls") and net(host) != "loopback"):
            smtp.starttls(context=secure)
    if server.username:
        smtp.login(unquote(server.username), unquote(server.password or ""))
    return smtp


def _port(server: SplitResult) -> int:
    return server.port or (465 if server.scheme == "smtps" else 25)


class _NoRedirect(HTTPRedirectHandler):
    """What a webhook's server redirects to is no address that the operator named."""

    def redirect_request(self, *_: Any) -> None:
        """Do not follow."""


def _webhook(url: str) -> Send:
    parts = _address(url, ("http", "https"), _HOOK)
    opener = build_opener(_NoRedirect, ProxyHandler({}))

    def send(new: Sequence[Condition]) -> None:
        said = {"text": f"{subject(new)}\n{told(new)}", "changes": [as_json(each) for each in new]}
        headers = {"Content-Type": "application/json"}
        request = Request(url, json.dumps(said, ensure_ascii=False).encode(), headers, method="POST")  # noqa: S310 - http
        try:
            opener.open(request, timeout=SECONDS).close()
        except HTTPError as error:
            raise NotSent(f"{parts.hostname} answered {error.code}") from error
        except (OSError, HTTPException) as error:
            raise NotSent(f"{parts.hostname} did not take it ({type(error).__name__})") from error

    return send
