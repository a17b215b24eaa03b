"""Pages that are looked at again: what rotates on them is no change, what somebody edits is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from world.content import MONTHS, Item, Writer

from archive.model import Page
from crawler.families import families
from crawler.family import detect, releases

RELEASES_FOR = 500  # looks, so that each is edited about twice
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Piece:
    """A release as its authority has it; what is edited is edited here."""

    item: Item
    caption: str
    files: tuple[str, ...]


@dataclass
class Around:
    """What changes from one look to the next and is none of the release's words."""

    dice: Random
    others: list[Item]
    today: date = FIRST_DAY

    def number(self) -> int:
        return self.dice.randint(2, 90_000)

    def token(self) -> str:
        return f"{self.dice.getrandbits(96):024x}"

    def related(self, tag: str = "li", *, teasers: bool = True) -> str:
        """Other releases in an order of the moment."""
        return "".join(
            f'<{tag}><a href="/presse/{each.slug}">{each.title}</a> <span>{each.dotted}</span>'
            + (f"<p>{each.teaser}</p>" if teasers else "") + f"</{tag}>"
            for each in self.dice.sample(self.others, self.dice.randint(2, 4))
        )  # fmt: skip

    def maybe(self, markup: str) -> str:
        return markup if self.dice.random() < 0.5 else ""

    def stamp(self) -> str:
        """When the page says that it was made or changed, in one of the usual ways."""
        moment = f"{self.today:%d.%m.%Y}"
        hour = f"{self.dice.randint(6, 19)}:{self.dice.randint(10, 59)}"
        long = f"{self.today.day}. {MONTHS[self.today.month - 1]} {self.today.year}"
        ways = (f"Zuletzt aktualisiert: {moment}, {hour} Uhr", f"Letzte Änderung: {moment}", f"Stand: {long}",
                f"Seite zuletzt geändert am {long} um {hour} Uhr", f"Aktualisiert am {moment}")  # fmt: skip
        return self.dice.choice(ways)

    def banner(self) -> str:
        texts = ("Wir verwenden Cookies, um unser Angebot zu verbessern.", "Achtung: Unwetterwarnung für den ganzen Kreis bis zum Abend!",
                 "Das Rathaus bleibt am Freitag nach Fronleichnam geschlossen.", "Jetzt bewerben: Ausbildung beim Kreis")  # fmt: skip
        return self.maybe(
            f'<div class="banner alert" data-id="{self.token()}"><p>{self.dice.choice(texts)}</p></div>'
        )

    def advert(self) -> str:
        return self.maybe('<div class="anzeige werbung"><span>Anzeige</span><a href="https://werbung.example/'
                          f'{self.number()}">Möbel in Ihrer Nähe: nur noch {self.number()} Stück</a></div>')  # fmt: skip


def _paragraphs(piece: Piece, between: str = "") -> str:
    first, *rest = piece.item.paragraphs
    return f"<p>{first}</p>{between}" + "".join(f"<p>{each}</p>" for each in rest)


def _figure(piece: Piece, around: Around) -> str:
    return (f'<figure><img src="/fileadmin/_processed_/{around.token()}/b.jpg?{around.token()}" alt="">'
            f"<figcaption>{piece.caption}</figcaption></figure>")  # fmt: skip


def _files(piece: Piece, session: str = "") -> str:
    return "".join(
        f'<li><a href="/dateien/{name}.pdf{session}">{name.capitalize()} (PDF)</a></li>'
        for name in piece.files
    )


def semantic(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""{around.banner()}<header><nav><a href="/">Start</a> <a href="/presse">Presse</a></nav>
<form><input type="hidden" name="__csrf" value="{around.token()}"></form></header>
<main><article><h1>{item.title}</h1><time datetime="{item.day}">{item.long}</time>{_figure(piece, around)}{_paragraphs(piece, around.advert())}
<ul class="downloads">{_files(piece)}</ul><p class="views">{around.number()} Aufrufe</p></article>
<aside><h2>Weitere Meldungen</h2><ul>{around.related()}</ul></aside></main><footer><p>{around.stamp()}</p></footer>"""


def typo3(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""<div id="page" class="layout-2" data-token="{around.token()}"><div id="c{around.number()}" class="frame">
<div class="news news-single"><div class="article" itemscope itemtype="http://schema.org/Article"><div class="header"><h1 itemprop="headline">{item.title}</h1></div>
<div class="footer"><p><span class="news-list-date"><time itemprop="datePublished" datetime="{item.day}">{item.dotted}</time></span></p></div>
<div class="teaser-text" itemprop="description"><p>{item.paragraphs[0]}</p></div><div class="news-img-wrap">{_figure(piece, around)}</div>
<div class="news-text-wrap" itemprop="articleBody">{"".join(f"<p>{each}</p>" for each in item.paragraphs[1:])}</div>
<div class="news-related-wrap"><div class="news-related news-related-files"><h4>Dateien</h4><ul>{_files(piece)}</ul></div>
<div class="news-related news-related-news"><h4>Ähnliche Nachrichten</h4><ul>{around.related()}</ul></div></div></div></div></div>
<div class="weather">Heute {around.dice.randint(-5, 35)} Grad, {around.dice.choice(("heiter", "Regen", "Nebel"))}</div></div><div id="foot">{around.stamp()}</div>"""


def drupal(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""<div class="dialog-off-canvas-main-canvas" data-view-dom-id="{around.token()}">{around.banner()}<div class="region region-content"><h1 class="page-header">{item.title}</h1>
<div class="node node--type-news node--view-mode-full"><div class="field field--name-created">{item.long}</div><div class="field field--name-field-image">{_figure(piece, around)}</div>
<div class="field field--name-body">{_paragraphs(piece)}</div><div class="field field--name-field-files"><ul>{_files(piece)}</ul></div>
<div class="share"><button>Teilen</button> <span class="count">{around.number()}</span></div><p class="stand">{around.stamp()}</p></div>
<section class="block block-views"><h2>Das könnte Sie auch interessieren</h2>{around.related("div")}</section></div></div>"""


def plain(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""<div class="wrap"><div class="left"><p>Heute ist der {around.today:%d.%m.%Y}</p><p>Besucher: {around.number()}</p></div>
<div class="content"><p class="date">{item.dotted}</p><h2>{item.title}</h2>{_paragraphs(piece)}
<div class="bild"><img src="/img/b.jpg?v={around.number()}"><p class="bildunterschrift">{piece.caption}</p></div><ul>{_files(piece, f";jsessionid={around.token()}.live1")}</ul>
<p>{around.stamp()}</p><p><a href="/presse/{around.dice.choice(around.others).slug}">vorherige Meldung</a> | <a href="/presse/{around.dice.choice(around.others).slug}">nächste Meldung</a></p></div></div>"""


def tables(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""<table width="100%"><tr><td valign=top width=180><a href="/presse">Presse</a><br>{around.banner()}</td><td><table><tr><td><h1>{item.title}</h1>
<b>{item.long}</b></td></tr><tr><td>{"<br><br>".join(item.paragraphs)}</td></tr><tr><td>{_figure(piece, around)}</td></tr><tr><td><ul>{_files(piece)}</ul></td></tr></table></td>
<td><b>Aktuell</b>{around.related("div", teasers=False)}{around.advert()}</td></tr></table><p align=center>{around.stamp()} - {around.number()} Zugriffe</p>"""


def wordpress(piece: Piece, around: Around) -> str:
    item = piece.item
    return f"""<body class="single postid-{item.n}">{around.banner()}<article id="post-{item.n}" class="post hentry"><header class="entry-header"><h1 class="entry-title">{item.title}</h1>
<div class="entry-meta"><time class="entry-date published" datetime="{item.day}T08:00:00+01:00">{item.long}</time> <span class="post-views">{around.number()} mal gelesen</span></div></header>
<div class="entry-content">{_paragraphs(piece, around.advert())}{_figure(piece, around)}<ul>{_files(piece)}</ul><div class="sharedaddy">Gefällt {around.number()} Mal</div>
<div class="yarpp-related"><h3>Ähnliche Beiträge</h3><ol>{around.related()}</ol></div></div><footer class="entry-footer">{around.stamp()}</footer></article>
<nav class="post-navigation"><a rel=prev href="/x">{around.dice.choice(around.others).title}</a></nav><script>var nonce = "{around.token()}";</script>"""


STYLES: tuple[Callable[[Piece, Around], str], ...] = (semantic, typo3, drupal, plain, tables, wordpress)


def _number(piece: Piece, dice: Random) -> Piece:
    return _in_a_sentence(piece, dice, lambda text: f"{text[:-1]}, insgesamt {dice.randint(2, 99)} Mal.")


def _name(piece: Piece, dice: Random) -> Piece:
    name = dice.choice(("Anke Brodersen", "Dr. Ulf Tamm", "Sabine von Rehn"))
    return _in_a_sentence(piece, dice, lambda text: f"{text[:-1]}, sagt {name}.")


def _in_a_sentence(piece: Piece, dice: Random, change: Callable[[str], str]) -> Piece:
    paragraphs = list(piece.item.paragraphs)
    n = dice.randrange(len(paragraphs))
    paragraphs[n] = change(paragraphs[n])
    return replace(piece, item=replace(piece.item, paragraphs=tuple(paragraphs)))


def _dropped(piece: Piece, dice: Random) -> Piece:
    sentences = [each.split(". ") for each in piece.item.paragraphs]
    longer = [n for n, each in enumerate(sentences) if len(each) > 1]
    if not longer:
        return _added(piece, dice)
    n = dice.choice(longer)
    del sentences[n][dice.randrange(len(sentences[n]) - 1)]
    return replace(piece, item=replace(piece.item, paragraphs=tuple(map(". ".join, sentences))))


def _letter(piece: Piece, dice: Random) -> Piece:
    return _in_a_sentence(
        piece,
        dice,
        lambda text: (
            text.replace(" der ", " die ", 1) if " der " in text else f"{text[:-1]}{dice.choice('aeiou')}."
        ),
    )


def _day(piece: Piece, dice: Random) -> Piece:
    return replace(piece, item=replace(piece.item, day=piece.item.day + timedelta(dice.randint(1, 20))))


def _title(piece: Piece, dice: Random) -> Piece:
    return replace(
        piece, item=replace(piece.item, title=f"{piece.item.title} am {dice.choice(('Montag', 'Dienstag'))}")
    )


def _caption(piece: Piece, dice: Random) -> Piece:
    return replace(piece, caption=f"{piece.caption} im Jahr {dice.randint(1990, 2026)}")


def _file(piece: Piece, dice: Random) -> Piece:
    return replace(piece, files=(*piece.files, f"anlage-{dice.randint(1, 99_999)}"))


def _added(piece: Piece, dice: Random) -> Piece:
    more = (
        f"Nachtrag: Die Sperrung dauert nun {dice.randint(2, 9)} Tage länger, teilt die Kreisverwaltung mit."
    )
    return replace(piece, item=replace(piece.item, paragraphs=(*piece.item.paragraphs, more)))


EDITS = {
    "number": _number, "name": _name, "sentence dropped": _dropped, "letter": _letter, "day": _day, "title": _title,
    "caption": _caption, "file": _file, "paragraph": _added,
}  # fmt: skip


@dataclass
class Score:
    """What was seen: looks at pages of which only the surroundings had changed, and edits."""

    looks: int = 0
    edits: int = 0
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)


def simulate(looks: int, seed: int = 1) -> Score:
    """So many looks at releases in every style, every tenth after an edit; a few edits each, then new ones."""
    dice, score = Random(seed), Score()
    writer = Writer(f"versions {seed}")
    around = Around(dice, writer.several(30, FIRST_DAY))
    for look in range(looks):
        if look % RELEASES_FOR == 0:
            pieces = [_piece(item, dice) for item in writer.several(len(STYLES) * 4, around.today)]
            shown = [_hash(n, piece, around) for n, piece in enumerate(pieces)]
        around.today += timedelta(dice.randint(0, 1))
        n = dice.randrange(len(pieces))
        kind = dice.choice(list(EDITS)) if look % 10 == 9 else ""
        if kind:
            pieces[n] = EDITS[kind](pieces[n], dice)
        now, before = _hash(n, pieces[n], around), shown[n]
        shown[n] = now
        style = STYLES[n % len(STYLES)].__name__
        score.edits += bool(kind)
        score.looks += not kind
        score.missed[f"{kind} in {style}"] += bool(kind) and now == before
        score.false[style] += not kind and now != before
    return score


def _piece(item: Item, dice: Random) -> Piece:
    return Piece(
        item, f"Vor dem Kreishaus: {dice.choice(('die neue Brücke', 'der Landrat', 'das Team'))}", ("plan",)
    )


def _hash(n: int, piece: Piece, around: Around) -> str:
    markup = STYLES[n % len(STYLES)](piece, around)
    body = f"<!doctype html><html lang=de><head><title>{piece.item.title} | Kreis Probe</title></head>{markup}</html>".encode()
    at = f"{around.today}T09:00:00.000000Z"
    page = Page(at, "c", "kreis-probe", "release", "", f"https://k.example/presse/{n}", 200,
                (("Content-Type", "text/html; charset=utf-8"),), body)  # fmt: skip
    return releases(page, detect(page, families())[0])[0].content.sha256
