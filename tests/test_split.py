"""Pages that hold many full releases."""

from __future__ import annotations

from archive.model import Page
from crawler.families import families
from crawler.family import releases_within

TEXT = (
    "Der Kreis teilt mit, dass die Arbeiten in dieser Woche beginnen und bis zum Ende des Monats dauern werden. "
    "Wer Fragen hat, erreicht die Verwaltung zu den üblichen Zeiten, auch am Nachmittag."
)


def _page(main: str) -> Page:
    source = f"<html><body><main>{main}</main></body></html>"
    return Page("2026-03-20T10:00:00.000000Z", "c", "s", "listing", "", "https://k.example/2026", 200,
                (("Content-Type", "text/html"),), source.encode())  # fmt: skip


def _within(*sections: tuple[str, str]) -> list[tuple[str, str | None, str]]:
    """(title, day, key) of what is read of a page with these headings and rests."""
    body = "".join(f"<section><h3>{heading}</h3>{rest}</section>" for heading, rest in sections)
    found = releases_within(_page(f"<h1>Meldungen</h1>{body}"), families()["generic"])
    return [(each.content.title, each.content.published_on, each.address.key) for each in found]


def _dated(*days: int) -> list[tuple[str, str]]:
    return [
        ("Tempokontrollen der Woche", f"<p>{day:02}.03.2026</p><p>{TEXT} Nummer {day}.</p>") for day in days
    ]


def test_releases_of_one_heading_are_several_and_keep_their_keys_when_new_ones_come() -> None:
    before, after = _within(*_dated(13, 9, 2)), _within(*_dated(17, 13, 9, 2))
    assert [day for _, day, _ in after] == ["2026-03-17", "2026-03-13", "2026-03-09", "2026-03-02"]
    assert after[1:] == before
    assert len({key for _, _, key in after}) == 4


def test_a_day_before_the_words_of_a_heading_is_the_day_and_no_title() -> None:
    found = _within(*((f"{n}. März 2026 – Radweg {n} wird gebaut", f"<p>{TEXT}</p>") for n in (3, 2, 1)))
    assert [each[:2] for each in found] == [(f"Radweg {n} wird gebaut", f"2026-03-0{n}") for n in (3, 2, 1)]


def test_folding_sections_and_definition_lists_may_hold_releases() -> None:
    for outer, heading, rest in (("div", "summary", "details"), ("dl", "dt", "")):
        wrap = (f"<{rest}>", f"</{rest}>") if rest else ("", "")
        body = "".join(
            f"{wrap[0]}<{heading}>Radweg {n} wird gebaut (0{n}.03.2026)</{heading}><dd>{TEXT}</dd>{wrap[1]}"
            for n in (3, 2, 1)
        )
        found = releases_within(_page(f"<h1>Presse</h1><{outer}>{body}</{outer}>"), families()["generic"])
        assert [(each.content.title, each.content.published_on) for each in found] == [
            (f"Radweg {n} wird gebaut", f"2026-03-0{n}") for n in (3, 2, 1)
        ]


def test_teasers_that_link_as_a_whole_are_no_full_releases() -> None:
    body = "".join(
        f"<a href=/m/{n}><h3>Radweg {n} wird gebaut</h3><p>0{n}.03.2026</p><p>{TEXT}</p></a>"
        for n in (1, 2, 3)
    )
    assert _within(("Meldungen", body)) == []
