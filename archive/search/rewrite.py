"""A query as expressions for the full-text tables, in tiers: as meant, compounds by their parts, any word."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise, product
from typing import Literal

from archive.search.abbreviations import others
from archive.search.analyser import FUNCTION_WORDS, fold, key, runs, variants
from archive.search.compounds import two_nouns
from archive.search.lexicon import LINKS
from archive.search.near import ways
from archive.search.query import Clause, Query, Term, apart, tokens
from archive.search.typos import Correction, corrected

RANKED = 3000
"""Best first ranks the newest so many that answer; older ones follow, newest first."""

_MEMBERS = 16  # words of a run with hyphens
_RUNS = 64  # of a word with other signs between
_NEIGHBOURS = 12  # pairs of words that may be one compound
_RANKED_WORDS = 8
_VARIABLE = re.compile(r"str(?:aße|asse)?(?!\w)|[äöüß]|ss|ae|oe|(?<![aäeq])ue")
_SPELLED = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("straße", "strasse", "str"))
_OTHER = {each: tuple(o for o in ways if o != each) for ways in _SPELLED for each in ways}
_NOTHING = '""'  # an expression that no release answers
_VARIED = 4  # places of a term whose spellings are combined freely


How = Literal["strict", "loose", "any"]
"""A tier: as meant, compounds by their parts, any word."""


@dataclass(frozen=True, slots=True)
class Match:
    """Expressions for the table of keys and that of literal words, empty where there is no such condition.

    ``either``: pairs of both, one of which must match; ``not_``: what must not match. ``wanted``: keys to
    mark in a hit, ``rows``: keys to mark where they follow each other, ``phrases`` and ``prefixes``: literal
    words to mark, each as its tokens. ``partial``: hits need not have all words. ``as_typed``: expression for
    any of the words as they were typed.
    """

    keys: str = ""
    literal: str = ""
    either: tuple[tuple[str, str], ...] = ()
    not_keys: str = ""
    not_literal: str = ""
    wanted: frozenset[str] = frozenset()
    rows: frozenset[tuple[str, ...]] = frozenset()
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    partial: bool = False
    as_typed: str = ""


class Rewriter:
    """Rewrites queries by the words that an archive has."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def tiers(self, query: Query) -> tuple[Iterator[Match], tuple[Correction, ...]]:
        """(matches from strict to loose, what was corrected). The last are those of any word."""
        told = corrected(self._db, query)
        return self._tiers(query.clauses, {fold(each.word): each.forms for each in told}), told

    def _tiers(self, clauses: Sequence[Clause], corrections: dict[str, tuple[str, ...]]) -> Iterator[Match]:
        strict = self._match(clauses, corrections, "strict")
        yield strict
        loose = self._match(clauses, corrections, "loose")
        if loose != strict:
            yield loose
        words = [clause for clause in clauses if not clause.excludes]
        if len(apart(words)) > 1 or any(ways(term.text) for clause in _words(words) for term in clause.terms):
            yield from self._any(clauses, corrections)

    def _match(self, clauses: Sequence[Clause], corrections: dict[str, tuple[str, ...]], how: How) -> Match:
        keys, literal, either, not_keys, not_literal = [], [], [], [], []
        marks = _Marks()
        compounds = self._compounds(clauses)
        for n, clause in enumerate(clauses):
            by_keys, by_words = [], []
            for term in clause.terms:
                if term.kind == "word":
                    by_keys.append(self._word(term, corrections, marks, compounds[n], how=how))
                else:
                    by_words.append(_literal(term, marks))
            key_side, word_side = " OR ".join(by_keys), " OR ".join(by_words)
            if clause.excludes:
                not_keys += by_keys
                not_literal += by_words
            elif by_keys and by_words:
                either.append((key_side, word_side))
            elif by_keys:
                keys.append(f"({key_side})")
            else:
                literal.append(f"({word_side})")
        return Match(
            " AND ".join(keys), " AND ".join(literal), tuple(either), " OR ".join(not_keys),
            " OR ".join(not_literal), frozenset(marks.keys), frozenset(marks.rows), tuple(marks.phrases),
            tuple(marks.prefixes), as_typed=_as_typed(_words(clauses)),
        )  # fmt: skip

    def _any(self, clauses: Sequence[Clause], corrections: dict[str, tuple[str, ...]]) -> list[Match]:
        """Releases with any of the rarest words, then those with any word at all.

        Words that are in more releases than ranking looks at would hide what the rarer ones find.
        """
        match = replace(self._match(clauses, corrections, "loose"), partial=True)
        words = sorted(apart(_words(clauses)), key=self._frequency)[:_RANKED_WORDS]
        if not words:
            return [match]
        marks = _Marks()
        any_of = [
            " OR ".join(self._word(term, corrections, marks, (), how="any") for term in each.terms)
            for each in words
        ]
        whole = replace(match, keys=_either(any_of), literal="", either=())
        counted = sorted((self._number(way), n) for n, way in enumerate(any_of))
        rare = [n for _, n in counted[: _rare([number for number, _ in counted])]]
        if len(rare) == len(words):
            return [whole]
        beside = replace(whole, either=((_either(any_of[n] for n in rare), _NOTHING),))
        return [beside, whole]

    def _number(self, keys: str) -> int:
        """Releases that an expression finds; one more than ranking looks at where there are more."""
        query = (
            "SELECT count(*) FROM (SELECT 1 FROM releases_fts_keys WHERE releases_fts_keys MATCH ? LIMIT ?)"
        )
        return int(self._db.execute(query, [keys, RANKED + 1]).fetchone()[0])

    def _frequency(self, clause: Clause) -> int:
        """Releases that have the commonest form of a clause."""
        forms = [form for term in clause.terms for run in runs(term.text) for form in run.forms]
        marks = ", ".join("?" * len(forms))
        query = f"SELECT coalesce(max(releases), 0) FROM wortform WHERE form IN ({marks})"
        return int(self._db.execute(query, forms).fetchone()[0])

    def _compounds(self, clauses: Sequence[Clause]) -> list[list[str]]:
        """For each clause, what may stand for its word and the one before or behind it together.

        Keys of the archive's compounds, and abbreviations.
        """
        words = [_single_form(clause) for clause in clauses]
        pairs = [(n, pair) for n, pair in enumerate(pairwise(words)) if all(pair)][:_NEIGHBOURS]
        found: list[list[str]] = [[] for _ in clauses]
        query = (
            "SELECT DISTINCT wanted.value FROM json_each(?) wanted JOIN wortform w"
            " ON w.form >= wanted.value AND w.form < wanted.value || '{' AND w.key = wanted.value"
        )
        for n, pair in pairs:
            known = [row[0] for row in self._db.execute(query, [json.dumps(sorted(_joined(*pair)))])]
            known += others([key(form) for form in pair])
            found[n] += known
            found[n + 1] += known
        return found

    def _word(
        self,
        term: Term,
        corrections: dict[str, tuple[str, ...]],
        marks: _Marks,
        compounds: Sequence[str],
        *,
        how: How,
    ) -> str:
        """Expression for a word, a run or several that stand together; a compound that it begins will do.

        What a query means as one, like "A 46", stands together but where any word will do.
        """
        columns = "{title title_parts}" if term.in_title else "{title text title_parts text_parts}"
        if how != "any" and (rows := ways(term.text)):
            marks.rows.update(rows)
            either = " OR ".join(f'"{" ".join(row)}"' for row in rows)
            return f"{columns} : ({either})"
        all_of, loose = [], how != "strict"
        for run in islice(runs(term.text), _RUNS):
            members = dict.fromkeys(run.forms[:_MEMBERS])
            forms = [form for form in members if form not in FUNCTION_WORDS] or list(members)
            if len(forms) == 1 or not run.joined:
                options = [self._form(form, corrections, marks, loose=loose) for form in forms]
                all_of.append(options[0] if len(options) == 1 else "(" + " AND ".join(options) + ")")
            else:
                apart = " AND ".join(self._form(form, corrections, marks, loose=loose) for form in forms)
                joined = key(run.joined[0])
                short = others([key(form) for form in forms])
                marks.keys |= {joined, *short}
                whole = " OR ".join(f'"{each}"' for each in (joined, *short))
                all_of.append(f"({whole} OR ({apart}))")
        whole = all_of[0] if len(all_of) == 1 else "(" + " AND ".join(all_of) + ")"
        if compounds:
            marks.keys.update(compounds)
            whole = "(" + " OR ".join([whole, *(f'"{each}"' for each in compounds)]) + ")"
        return f"{columns} : {whole}"

    def _form(self, form: str, corrections: dict[str, tuple[str, ...]], marks: _Marks, *, loose: bool) -> str:
        forms = corrections.get(form, (form,))
        keys = dict.fromkeys(each for form in forms for each in (key(form), *variants(form)))
        found = [*keys, *(other for each in keys for other in others([each]))]
        marks.keys.update(word for each in found for word in each.split())
        options = [f'"{each}"' for each in found]
        if loose:
            for each in forms:
                parts = two_nouns(self._db, each)
                if len(parts) > 1:
                    marks.keys.update(parts)
                    options.append("(" + " AND ".join(map(_any_of, parts)) + ")")
        return options[0] if len(options) == 1 else "(" + " OR ".join(options) + ")"


def _rare(frequencies: Sequence[int]) -> int:
    """How many of the rarest words are together in no more releases than ranking looks at, at least one."""
    return max(1, sum(total <= RANKED for total in accumulate(frequencies)))


def _either(ways: Iterable[str]) -> str:
    return " OR ".join(dict.fromkeys(ways))


def _any_of(part: str) -> str:
    ways = " OR ".join(f'"{each}"' for each in (part, *others([part])))
    return f"({ways})"


def _single_form(clause: Clause) -> str:
    """The form of a clause that asks for one plain word; else empty."""
    words = [run for term in clause.terms for run in runs(term.text) if term.kind == "word"]
    alone = len(clause.terms) == len(words) == 1 and not clause.excludes and len(words[0].forms) == 1
    return words[0].forms[0] if alone and words[0].forms[0].isalpha() else ""


def _joined(first: str, second: str) -> set[str]:
    """Keys of the compounds that two forms may make."""
    return {key(begin + link + second) for begin in (first, key(first)) for link in ("", *LINKS)}


def _words(clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses that ask for words and nothing else."""
    return [each for each in clauses if not each.excludes and all(term.kind == "word" for term in each.terms)]


def _as_typed(words: Sequence[Clause]) -> str:
    """Any of the words as typed; two that follow each other count once more where they stand together."""
    typed = [" ".join(tokens(term.text)) for clause in words for term in clause.terms]
    alone = [" ".join(tokens(each.terms[0].text)) if len(each.terms) == 1 else "" for each in words]
    together = [f"{one} {other}" for one, other in pairwise(alone) if one and other]
    ways = dict.fromkeys(way for each in (*typed, *together[:_NEIGHBOURS]) for way in spellings(each))
    return " OR ".join(f'"{each}"' for each in ways)


class _Marks:
    """What is to be marked in hits."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.rows: set[tuple[str, ...]] = set()
        self.phrases: list[str] = []
        self.prefixes: list[str] = []


def _literal(term: Term, marks: _Marks) -> str:
    spelled = [term.text] if term.kind == "literal" else spellings(term.text)
    (marks.prefixes if term.kind == "prefix" else marks.phrases).extend(spelled)
    star = "*" if term.kind == "prefix" else ""
    options = " OR ".join(f'"{each}"{star}' for each in spelled)
    return f"title : ({options})" if term.in_title else f"({options})"


def spellings(term: str) -> list[str]:
    """Ways to write a word or phrase: umlauts and ß or their substitutes, streets in short; as given first.

    >>> spellings("güler"), spellings("gueler"), spellings("waldstr"), spellings("neue quelle")
    (['güler', 'gueler'], ['gueler', 'güler'], ['waldstr', 'waldstraße', 'waldstrasse'], ['neue quelle'])
    """
    places = list(_VARIABLE.finditer(term))
    if len(places) > _VARIED:
        return [term, _VARIABLE.sub(lambda place: _OTHER[place.group()][0], term)]
    choices: list[tuple[str, ...]] = []
    end = 0
    for place in places:
        choices += [(term[end : place.start()],), (place.group(), *_OTHER[place.group()])]
        end = place.end()
    return list(dict.fromkeys("".join(parts) for parts in product(*choices, (term[end:],))))
