"""Tables and views of the search index, as steps of the migrations: never edited once released."""

from __future__ import annotations

from sqlite_utils import Database


def search_tables(db: Database) -> None:
    """Tables of keys and of words; rows numbered by day. They are filled when the archive is opened."""
    db["releases"].disable_fts()  # type: ignore[union-attr]
    for statement in _SEARCH_INDEX.split(";\n\n"):
        db.execute(statement)
    rank = "bm25(2.0, 1.0, 1.0, 0.2, 0.0)"
    db.execute("INSERT INTO releases_fts_keys(releases_fts_keys, rank) VALUES ('rank', ?)", [rank])
    db.execute(_with_folding(_ASKED))
    db.execute(_SUCHE)


def _with_folding(view: str) -> str:
    """A view's SQL with the steps that fold what is asked: lower case, umlauts, no signs."""
    steps = ["folded0(worte) AS (SELECT lower(worte) FROM frage ORDER BY rowid DESC LIMIT 1)"]
    for n, (letters, plain) in enumerate([*_FOLDED, *((sign, " ") for sign in _SIGNS)], 1):
        folded = f"replace(worte, '{letters}', '{plain}')"
        steps.append(f"folded{n}(worte) AS (SELECT {folded} FROM folded{n - 1})")
    return view.replace("FOLDED", ", ".join(steps)).replace("LAST", f"folded{len(steps) - 1}")


def typos_and_phrases_in_sql(db: Database) -> None:
    """In SQL, too: words are corrected by a letter, and may be asked for as they stand, in their order."""
    db.execute("DROP VIEW frage_schluessel")
    db.execute(_with_folding(_CORRECTED))
    db.execute(_WORTLAUT)


def search_facts(db: Database) -> None:
    """What limits a search stands beside each row's number, kept in step by triggers."""
    for statement in _SEARCH_FACTS.split(";\n\n"):
        db.execute(statement)


def flags_are_indexed(db: Database) -> None:
    """What changed, is gone or has files is asked for without words, too."""
    for flag in ("changed", "gone", "attached"):
        db.execute(f"CREATE INDEX search_rows_{flag} ON search_rows(n) WHERE {flag} = 1")


def text_comes_first(db: Database) -> None:
    """FTS5 needs no mark for the first column: with the text there, an index is a fifth smaller."""
    for statement in _TEXT_FIRST.split(";\n\n"):
        db.execute(statement)
    rank = "bm25(1.0, 2.0, 0.2, 1.0, 0.0)"
    db.execute("INSERT INTO releases_fts_keys(releases_fts_keys, rank) VALUES ('rank', ?)", [rank])
    db.execute("DELETE FROM meta WHERE key = 'lexicon'")


_FOLDED = (
    ("Ä", "a"), ("Ö", "o"), ("Ü", "u"), ("ä", "a"), ("ö", "o"), ("ü", "u"), ("ß", "ss"), ("ẞ", "ss"),
    ("ae", "a"), ("oe", "o"), ("aue", "a~"), ("eue", "e~"), ("que", "q~"), ("ue", "u"), ("~", "ue"),
)  # fmt: skip
_SIGNS = ("-", ",", ";", ".", ":", "!", "?", "(", ")", '"', "„", "“", "*", "/")

_ASKED = """
CREATE VIEW frage_schluessel AS
WITH RECURSIVE
    FOLDED,
    split(word, rest) AS (
        SELECT '', worte || ' ' FROM LAST
        UNION ALL SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
        FROM split WHERE rest <> ''
    )
SELECT coalesce(group_concat(term, ' AND '), '""') AS ausdruck FROM (
    SELECT coalesce((SELECT '"' || "key" || '"' FROM wortform WHERE form = word), '"' || word || '" *')
        AS term
    FROM split WHERE word <> ''
)"""

_SUCHE = """
CREATE VIEW suche AS
SELECT releases.id AS id, published_on, releases.title AS title, url, releases_fts_keys.rank AS rang
FROM frage_schluessel JOIN releases_fts_keys ON releases_fts_keys MATCH ausdruck
JOIN search_rows ON search_rows.n = releases_fts_keys.rowid JOIN releases ON releases.id = release_id
ORDER BY releases_fts_keys.rank"""


_SEARCH_INDEX = """
CREATE TABLE search_rows (
    n INTEGER PRIMARY KEY, release_id INTEGER NOT NULL UNIQUE REFERENCES releases(id)
);

CREATE TABLE wortform (
    form TEXT PRIMARY KEY, "key" TEXT NOT NULL, parts TEXT NOT NULL, releases INTEGER NOT NULL,
    nouns INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE frage (worte TEXT NOT NULL);

CREATE VIEW search_texts AS
    SELECT n, title, teaser, text FROM search_rows JOIN releases ON releases.id = search_rows.release_id;

CREATE VIRTUAL TABLE releases_fts USING fts5(
    title, teaser, text, content = 'search_texts', content_rowid = 'n',
    tokenize = 'unicode61 remove_diacritics 0'
);

CREATE VIRTUAL TABLE releases_fts_keys USING fts5(
    title, text, title_parts, text_parts, facts, content = '', tokenize = 'unicode61 remove_diacritics 0'
)"""


_SEARCH_FACTS = """
ALTER TABLE search_rows ADD COLUMN publisher_id TEXT NOT NULL DEFAULT '';

ALTER TABLE search_rows ADD COLUMN day TEXT NOT NULL DEFAULT '';

ALTER TABLE search_rows ADD COLUMN kind TEXT NOT NULL DEFAULT '';

ALTER TABLE search_rows ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE search_rows ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;

ALTER TABLE search_rows ADD COLUMN attached INTEGER NOT NULL DEFAULT 0;

UPDATE search_rows SET publisher_id = r.publisher_id, kind = r.kind,
    day = coalesce(r.published_on, substr(r.first_seen_at, 1, 10)),
    changed = r.changed_at IS NOT NULL, gone = r.gone_at IS NOT NULL,
    attached = EXISTS (SELECT 1 FROM attachments WHERE release_id = r.id)
    FROM releases r WHERE r.id = search_rows.release_id;

CREATE TRIGGER search_facts_of_release AFTER UPDATE OF publisher_id, kind, changed_at, gone_at ON releases
BEGIN
    UPDATE search_rows SET publisher_id = NEW.publisher_id, kind = NEW.kind,
        changed = NEW.changed_at IS NOT NULL, gone = NEW.gone_at IS NOT NULL
        WHERE release_id = NEW.id;
END;

CREATE TRIGGER search_facts_attached AFTER INSERT ON attachments
BEGIN
    UPDATE search_rows SET attached = 1 WHERE release_id = NEW.release_id;
END;

CREATE TRIGGER search_facts_detached AFTER DELETE ON attachments
BEGIN
    UPDATE search_rows SET attached = EXISTS (SELECT 1 FROM attachments WHERE release_id = OLD.release_id)
        WHERE release_id = OLD.release_id;
END"""


_TEXT_FIRST = """
DROP TABLE releases_fts;

DROP TABLE releases_fts_keys;

CREATE VIRTUAL TABLE releases_fts USING fts5(
    text, title, teaser, content = 'search_texts', content_rowid = 'n',
    tokenize = 'unicode61 remove_diacritics 0'
);

CREATE VIRTUAL TABLE releases_fts_keys USING fts5(
    text, title, text_parts, title_parts, facts, content = '', tokenize = 'unicode61 remove_diacritics 0'
)"""


_CORRECTED = """
CREATE VIEW frage_schluessel AS
WITH RECURSIVE
    FOLDED,
    split(word, rest) AS (
        SELECT '', worte || ' ' FROM LAST
        UNION ALL SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
        FROM split WHERE rest <> ''
    ),
    asked AS (
        SELECT word, coalesce(
            (SELECT '"' || "key" || '"' FROM wortform WHERE form = word),
            (SELECT '(' || group_concat('"' || "key" || '"', ' OR ') || ')' FROM
                (SELECT DISTINCT "key" FROM wortform WHERE form > word AND form < word || '{' LIMIT 64))
        ) AS known
        FROM split WHERE word <> '' LIMIT 64
    ),
    letter(sign) AS (
        SELECT 'a' UNION ALL SELECT char(unicode(sign) + 1) FROM letter WHERE sign < 'z'
    ),
    cut(word, head, tail) AS (
        SELECT word, '', word FROM asked WHERE known IS NULL AND length(word) BETWEEN 4 AND 40
        UNION SELECT word, head || substr(tail, 1, 1), substr(tail, 2) FROM cut WHERE tail <> ''
    ),
    near(word, form) AS (
        SELECT word, head || substr(tail, 2) FROM cut
        UNION SELECT word, head || substr(tail, 2, 1) || substr(tail, 1, 1) || substr(tail, 3) FROM cut
        UNION SELECT word, head || sign || substr(tail, 2) FROM cut, letter
        UNION SELECT word, head || sign || tail FROM cut, letter
    ),
    nearest AS (
        SELECT near.word AS word, wortform."key" AS "key", row_number() OVER (
            PARTITION BY near.word
            ORDER BY substr(near.form, 1, 1) <> substr(near.word, 1, 1), releases DESC, near.form
        ) AS place
        FROM near JOIN wortform ON wortform.form = near.form
    )
SELECT coalesce(group_concat(term, ' AND '), '""') AS ausdruck FROM (
    SELECT coalesce(
        known,
        (SELECT '(' || group_concat('"' || nearest."key" || '"', ' OR ') || ')'
            FROM nearest WHERE nearest.word = asked.word AND place <= 4),
        '"' || word || '"'
    ) AS term
    FROM asked
)"""

_WORTLAUT = """
CREATE VIEW suche_wortlaut AS
WITH worte(ausdruck) AS (
    SELECT '"' || replace(worte, '"', ' ') || '"' FROM frage ORDER BY frage.rowid DESC LIMIT 1
)
SELECT releases.id AS id, published_on, releases.title AS title, url, releases_fts.rank AS rang
FROM worte JOIN releases_fts ON releases_fts MATCH ausdruck
JOIN search_rows ON search_rows.n = releases_fts.rowid JOIN releases ON releases.id = release_id
ORDER BY releases_fts.rank"""
