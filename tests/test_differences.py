"""Differences hold every word of both versions, and cost no more than they may."""

from __future__ import annotations

import asyncio
import re

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from archive.differences import counted, differences
from archive.web.serve import build

WORDS = st.lists(
    st.sampled_from(["der", "Kreis", "baut", "zehn", "Brücken.", "„Ja“,"]), min_size=1, max_size=12
).map(" ".join)
TEXTS = st.lists(WORDS, max_size=6).map("\n\n".join)


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_the_differences(before: str, after: str) -> None:
    found = differences(before, after)
    for left_out, text in (("new", before), ("gone", after)):
        words = [word for runs in found for run in runs if run.kind != left_out for word in run.text.split()]
        assert words == text.split()


@given(TEXTS)
def test_what_is_the_same_has_no_differences(text: str) -> None:
    assert {run.kind for runs in differences(text, text) for run in runs} <= {"kept"}
    assert len(differences(text, text)) == (text.count("\n\n") + 1 if text else 0)


def test_marks_that_an_editor_sets_otherwise_hide_no_change() -> None:
    found = differences('Er sagte "zehn" - mehr nicht.', "Er sagte »elf« – mehr nicht.")
    assert [run.text.strip() for run in found[0] if run.kind != "kept"] == ['"zehn"', "»elf«"]


def test_a_changed_paragraph_stands_beside_what_became_of_it() -> None:
    before = (
        "Die Brücke wird zehn Tage gesperrt.\n\nAlte Worte, die jetzt fehlen werden.\n\nSchluss der Meldung."
    )
    after = (
        "Ganz neu am Anfang steht ein Satz.\n\nDie Brücke wird zwölf Tage gesperrt.\n\nSchluss der Meldung."
    )
    assert [[(run.kind, run.text.strip()) for run in runs] for runs in differences(before, after)] == [
        [("new", "Ganz neu am Anfang steht ein Satz.")],
        [("kept", "Die Brücke wird"), ("gone", "zehn"), ("new", "zwölf"), ("kept", "Tage gesperrt.")],
        [("gone", "Alte Worte, die jetzt fehlen werden.")],
        [("kept", "Schluss der Meldung.")],
    ]


@pytest.mark.parametrize(("before", "after"), [
    ("a " * 50_000, "a b " * 50_000), ("\n\n".join("ab" * 3000), "\n\n".join("ba" * 3000)), ("x" * 10**6, "y" * 10**6),
    ("\n\n".join(f"{n} eins zwei drei" for n in range(3000)), "\n\n".join(f"eins zwei {n} vier" for n in range(3000))),
])  # fmt: skip
def test_hostile_texts_are_compared_by_whole_paragraphs(before: str, after: str) -> None:
    found = differences(before, after)
    assert counted(found, "gone") + counted(found, "kept") == len(before.split())
    assert counted(found, "new") + counted(found, "kept") == len(after.split())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build(sample.build(tmp_path_factory.mktemp("changes")))


def _get(site, path):
    return asyncio.run(site.client.get(path))


def test_the_website_shows_what_changed_in_words(site) -> None:
    page = _get(site, f"/meldung/{sample.BRIDGE_ID}").text
    (link,) = re.findall(r'href="([^"]+/aenderungen[^"]+)"', page)
    shown = _get(site, link.replace("&amp;", "&")).text
    assert _get(site, f"/meldung/{sample.BRIDGE_ID}/aenderungen").text == shown, "the last two by default"
    assert '<del><span class="spoken">[gestrichen: </span>zehn <span class="spoken">] </span></del>' in shown
    assert '<ins><span class="spoken">[neu: </span>zwölf <span class="spoken">] </span></ins>' in shown
    assert "2 Wörter gestrichen" in shown
    assert [shown.count(f"<{tag}") for tag in ("h1", "script", "img")] == [1, 0, 0]


@pytest.mark.parametrize("query", ["?bis=1", "?von=1", "?von=x&bis=y", f"?bis={'9' * 30}"])
def test_what_cannot_be_compared_is_not_there(site, query: str) -> None:
    assert _get(site, f"/meldung/{sample.BRIDGE_ID}/aenderungen{query}").status_code == 404
    assert _get(site, f"/meldung/{sample.GONE_ID}/aenderungen").status_code == 404
    assert _get(site, "/meldung/1/aenderungen").status_code == 404
