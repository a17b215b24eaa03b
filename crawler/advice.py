"""A diagnosis in words and as JSON: what was met, what has moved, what the entry should say. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.edit import entry_text
from crawler.moved import Moved
from crawler.repair import Asked, Diagnosis
from crawler.stored import Met
from crawler.tell import diagnosis, finding
from crawler.trial import Trial
from crawler.verdict import judge

_DOWN = ("dead", "blocked", "robots")
_SEVERAL = 5


def advice(said: Diagnosis, tried: Trial | None, *, written: bool) -> str:
    """One source step by step, what has moved since it last worked, and what to do."""
    lines = [diagnosis(said.look)]
    if said.history:
        lines += [f"last good    {_met(said.history.good)}", f"trouble      {_met(said.history.bad)}"]
    else:
        lines.append("stored       nothing of this source in the data folder (--data): nothing is compared")
    lines += _moves("moved then", said.then) + _moves("moved by now", said.now)
    lines += _under("read as", [f"{each.family.name}: {_asked(each)}" for each in said.asked])
    if said.history and said.look.list:
        named = len(said.look.list.named.items)
        lines.append(f"known        {said.known} of {named} titles on the list are those of known releases")
    lines += _under("proposal", list(_changed(said)))
    if said.history and said.changed:
        lines.append(
            f"tried        {_tried(tried) if tried else 'nothing: no stored page is read otherwise by this'}"
        )
    return "\n".join([*lines, f"next         {next_step(said, tried, written=written)}"])


def refusal(said: Diagnosis, tried: Trial | None) -> str | None:
    """Why a proposal is not written; None where it is to be, or where there is none."""
    if tried and tried.lost:
        return (
            f"with it {tried.lost} releases would lose their id; compare the families above, and edit by hand"
        )
    return said.doubt


def next_step(said: Diagnosis, tried: Trial | None, *, written: bool) -> str:
    """What a person does now, in one line."""
    source, (found, _) = said.source, judge(said.look)
    crawl = f"'kreispresse crawl {source.id} --full'"
    if said.changed:
        there = "it is in the register now" if written else "--write puts it into the register"
        again = ", which first makes archive.db again from the log" if tried else ""
        return refusal(said, tried) or f"{there}; then {crawl}{again}"
    if _is_strange(said):
        return "its list names no release that is known: look whether it is the list still; if not: --to URL"
    if said.look.list or said.look.works:
        return f"the entry fits the site; if that was made anew: {crawl}"
    if found in _DOWN:
        return (
            "it is down, or lets nobody in: try again later, or name its new address, if it has one: --to URL"
        )
    return f"no list of releases was found: look at {source.homepage or source.press} yourself, then --to URL"


def _is_strange(said: Diagnosis) -> bool:
    """Whether a list that was met has no title of the releases that it would be likely to have."""
    likely = said.history is not None and len(said.history.titles) >= _SEVERAL
    return likely and not said.known and said.look.list is not None and bool(said.look.list.named.items)


def as_json(said: Diagnosis, tried: Trial | None, *, written: bool) -> dict[str, Any]:
    """A diagnosis in plain JSON values; None where there is nothing to say."""
    history = said.history
    return {
        **finding(said.look, *judge(said.look)),
        "good": _plain_met(history.good) if history else None,
        "trouble": _plain_met(history.bad) if history else None,
        "moved_then": [each._asdict() for each in said.then],
        "moved_now": [each._asdict() for each in said.now],
        "families": [_plain_asked(each) for each in said.asked],
        "known_titles": said.known,
        "proposal": json.loads(json.dumps(said.changed, default=str)) or None,
        "tried": _plain_tried(tried) if tried else None,
        "refused": refusal(said, tried) if said.changed else None,
        "written": written,
        "next": next_step(said, tried, written=written),
    }


def _met(met: Met | None) -> str:
    if met is None:
        return "none in the data folder"
    crawled = met.crawled
    answer = (
        f"; {met.listing.url} answered {met.listing.status}" if met.listing and met.listing.status else ""
    )
    return f"{crawled.at[:16].replace('T', ' ')} UTC, {crawled.status}{_because(crawled.error)}{answer}"


def _because(error: str | None) -> str:
    return f" ({error})" if error else ""


def _moves(label: str, moves: Sequence[Moved]) -> list[str]:
    return _under(label, [f"{each.what}: {each.was} → {each.now}" for each in moves])


def _under(label: str, lines: Sequence[str]) -> list[str]:
    """Lines under one label."""
    return [f"{label if not n else '':13}{line}" for n, line in enumerate(lines)]


def _asked(asked: Asked) -> str:
    pager = "a next page" if asked.pager else "no next page"
    newest = f"{asked.words} words, day from {asked.day or 'nothing'}" if asked.words else "no text"
    return (
        f"{asked.marks} marks; {asked.releases} releases, {asked.dated} with a day, {pager}; newest: {newest}"
    )


def _changed(said: Diagnosis) -> Iterator[str]:
    """The keys of the entry that change, as they then stand in the register."""
    values = {name: value for name, value in said.changed.items() if "." not in name}
    yield from (line[2:] for line in entry_text(values).splitlines() if len(line) > len("- "))
    yield from (
        f"without {name}" for name, value in values.items() if value is None and getattr(said.source, name)
    )


def _tried(tried: Trial) -> str:
    compared = tried.compared
    kept = "every id kept" if not tried.lost else f"{tried.lost} ids LOST"
    columns = ", ".join(f"{name} of {n}" for name, n in compared.columns.items())
    reads = f"{compared.changed} read otherwise ({columns})" if compared.changed else "none reads otherwise"
    return (
        f"over {tried.observations} stored observations: {tried.before} releases before,"
        f" {tried.after} after, {kept}, {reads}"
    )


def _plain_met(met: Met | None) -> dict[str, Any] | None:
    if met is None:
        return None
    crawled, page = met.crawled, met.listing
    return {
        "crawl": crawled.crawl, "at": crawled.at, "status": crawled.status, "error": crawled.error,
        "listing": page and page.url, "answer": page and page.status,
    }  # fmt: skip


def _plain_asked(asked: Asked) -> dict[str, Any]:
    return {
        "family": asked.family.name, "marks": asked.marks, "releases": asked.releases, "dated": asked.dated,
        "pager": asked.pager, "words": asked.words, "day_from": asked.day,
    }  # fmt: skip


def _plain_tried(tried: Trial) -> dict[str, Any]:
    return {
        "observations": tried.observations, "before": tried.before, "after": tried.after, "lost": tried.lost,
        "otherwise": tried.compared.changed, "columns": tried.compared.columns,
    }  # fmt: skip
