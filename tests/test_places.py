from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.places.find import find
from archive.places.forms import base_of
from archive.places.gazetteer import LANDS, places
from archive.places.region import Region

MARK = re.compile(r"\[([^\]|]+)\|(\d+)\]")


def read(marked: str) -> tuple[str, list[tuple[str, str, int]]]:
    """A text without its marks, and what it marks: name, AGS, place in the text."""
    text, found, done = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[done : mark.start()]
        found.append((mark[1], mark[2], len(text)))
        text, done = text + mark[1], mark.end()
    return text + marked[done:], found


def check(region: str, marked: str) -> None:
    text, expected = read(marked)
    mentions = find(text, Region(None, region) if region.isalpha() else Region(region, "NW"))
    assert [(text[one.start : one.end], one.ags, one.start) for one in mentions] == expected


@pytest.mark.parametrize(
    ("region", "marked"),
    [
        ("05754", "Das [Gütersloher|05754008] Rathaus öffnet später, sagt Bürgermeisterin Petra Sommer."),
        ("05754", "Viele [Gütersloherinnen|05754008] und [Gütersloher|05754008] kamen zum Fest."),
        ("05754", "Ein 34-jähriger [Gütersloher|05754008] wurde geehrt, ebenso zwei [Verlerinnen|05754044]."),
        ("05754", "[Güterslohs|05754008] Bürgermeister besucht [Rietberg|05754032]."),
        ("05754", "Die Busse fahren von [Verl|05754044] nach [Rheda-Wiedenbrück|05754028]."),
        ("05558", "Der Landrat des [Kreises Coesfeld|05558] dankt der Stadt [Coesfeld|05558012]."),
        ("05558", "Die Leiterin der [Coesfelder|05558012] Feuerwehr und der [Dülmener|05558016] Wehrführer üben."),
        ("05770", "Im [Kreis Minden-Lübbecke|05770] wird gebaut, in [Minden|05770024] ebenso wie in [Lübbecke|05770020]."),
        ("05378", "Die Straßen des [Rheinisch-Bergischen Kreises|05378] sind frei, der [Rheinisch-Bergische Kreis|05378] räumt."),
        ("05378", "Beratung gibt es im Berufskolleg [Bergisch Gladbach|05378004], auch für [Bergisch Gladbacher|05378004] Betriebe."),
        ("05382", "Der [Rhein-Sieg-Kreis|05382] und die Stadt [Bonn|05314] planen. Das Kreishaus des [Rhein-Sieg-Kreises|05382]."),
        ("05962", "Der [Märkische Kreis|05962] lädt ein. Im [Märkischen Kreis|05962] gibt es [Lüdenscheid|05962032] und [Iserlohn|05962024]."),
        ("05958", "Wälder des [Hochsauerlandkreises|05958] reichen bis [Brilon|05958012]."),
        ("05334", "Die [StädteRegion Aachen|05334] und die Stadt [Aachen|05334002] arbeiten zusammen."),
        ("05117", "In [Mülheim an der Ruhr|05117] und [Oberhausen|05119]: [Mülheim|05117] feiert, [Mülheimer|05117] Vereine helfen."),
        ("05162", "Der [Rhein-Kreis Neuss|05162] und die Stadt [Neuss|05162024] laden nach [Dormagen|05162004]."),
        ("01054", "Der [Kreis Nordfriesland|01054] informiert in [Husum|01054056]. [Nordfriesland|01054] ist flach."),
        ("NI", "Der [Landkreis Grafschaft Bentheim|03456] fördert [Nordhorn|03456015]."),
        ("05754", "Aus [HARSEWINKEL|05754016] kommt Besuch in die Kreisstadt [GÜTERSLOH|05754008]."),
        ("05170", "[Weseler|05170048] Bürger, [Moerser|05170024] Vereine und [Xantener|05170052] Schulen machen mit."),
        ("05766", "In [Bad Salzuflen|05766008] freuen sich die [Salzufler|05766008] und die [Detmolder|05766020] Theater."),
        ("05382", "Der [Rhein-Sieg|05382]- und der [Rhein-Erft-Kreis|05362] sowie der [Kreis Rhein-Sieg|05382]."),
        ("05162", "Die Polizei im [Kreis Neuss|05162] sucht einen [Grevenbroicher|05162008]."),
        ("16062", "Der [Landkreis Nordhausen|16062] grüßt [Nordhausen|16062041] und [Kelbra|15087250]."),
        ("SN", "Im sächsischen [Radebeul|14627210] und im [Kreis Bautzen|14625]."),
        ("HE", "Der [Lahn-Dill-Kreis|06532] und die [Wetzlarer|06532023] Brücke, der [Schwalm-Eder-Kreis|06634] und [Homberg (Efze)|06634009]."),
        ("05766", "[Lippes|05766] Landrat grüßt den [Nordhäuser|16062041] Gast und alle in [St. Peter-Ording|01054113]."),
        ("BY", "Das Landratsamt [Rosenheim|09187] tagt, die Stadt [Rosenheim|09163] nicht."),
        ("09187", "Der [Landkreis Rosenheim|09187] und die Stadt [Rosenheim|09163] bauen einen Radweg nach [Kolbermoor|09187150]."),
    ],
)  # fmt: skip
def test_names_in_the_forms_that_german_gives_them(region: str, marked: str) -> None:
    check(region, marked)


@pytest.mark.parametrize(
    ("region", "marked"),
    [
        ("NW", "Die Kreise [Coesfeld|05558] und [Borken|05554] sowie die Stadt [Münster|05515] beteiligen sich."),
        ("NW", "In den Kreisen [Borken|05554], [Coesfeld|05558], [Steinfurt|05566] und [Warendorf|05570] ist es glatt."),
        ("NW", "Die Städte [Essen|05113], [Bochum|05911] und [Herne|05916] sowie die Gemeinden [Verl|05754044] und [Langenberg|05754024]."),
        ("NW", "Es melden sich [Dortmund|05913], [Hagen|05914] und [Hamm|05915]."),
        ("NW", "Stationen sind [Mülheim an der Ruhr|05117], [Oberhausen|05119] und [Coesfeld|05558012]."),
        ("NW", "Von [Hamm|05915] bis [Hagen|05914]. Auch [Hagen|05914] und [Hamm|05915] gehören dazu. In [Hamm|05915] war es. 58706 [Menden|05962040]."),
        ("NW", "Auf der A 2 zwischen [Kamen|05978020] und [Hamm|05915] staut es sich, bei [Werl|05974052] auch."),
        ("05374", "Gemeinden sind [Engelskirchen|05374008], [Lindlar|05374020], [Marienheide|05374024] und [Reichshof|05374040]."),
        ("NW", "Die Landkreise [Oder-Spree|12067] und [Barnim|12060] sowie der Kreis und die Stadt [Herford|05758012]."),
        ("NW", "[Düsseldorf|05111], [Duisburg|05112], [Krefeld|05114]; [Köln|05315] – [Bonn|05314]; [Siegen|05970040] bis [Olpe|05966024]"),
        ("NW", "Strecke [Köln|05315]/[Bonn|05314], dann [Köln|05315]-Mülheim, [Dortmund|05913]-Hörde und [Gütersloh|05754008]-Avenwedde."),
    ],
)  # fmt: skip
def test_lists_and_compounds(region: str, marked: str) -> None:
    check(region, marked)


@pytest.mark.parametrize(
    ("region", "marked"),
    [
        ("05754", "Die Feuerwehr aus [Halle|05754012] übt in der Halle."),
        ("15088", "Die Straßenbahn fährt nach [Halle|15002]."),
        ("NW", "Partner sind die Stadt [Halle (Saale)|15002] und die Stadt [Halle (Westf.)|05754012]."),
        ("NW", "Von [Frankfurt|06412] nach [Frankfurt (Oder)|12053] und [Frankfurt/Main|06412]."),
        ("12067", "Der Zug hält in [Frankfurt|12053]."),
        ("NW", "Der Bezirk prüft die Anträge aus [Münster|05515]."),
        ("06432", "Die Gemeinde [Münster|06432015] erneuert den Kanal."),
        ("NW", "Wer nach Neustadt zieht, muss sagen, welches er meint."),
        ("NW", "Auch [Neustadt in Holstein|01055032] nennt sich nur [Neustadt|01055032]."),
        ("07316", "Die Stadt [Neustadt an der Weinstraße|07316] und ihre Gäste: [Neustadt|07316] feiert."),
        ("NW", "Das Dorf Neukirchen liegt irgendwo, Mühlhausen auch."),
        ("16064", "Die Stadt [Mühlhausen|16064046] plant."),
    ],
)  # fmt: skip
def test_one_of_several_is_meant_or_none(region: str, marked: str) -> None:
    check(region, marked)


@pytest.mark.parametrize(
    ("region", "marked"),
    [
        ("05113", "Das Essen ist fertig. Nach dem Essen kamen alle. Die Messe [Essen|05113] lädt zum Essen ein."),
        ("05113", "[Essen|05113] ist grün. [Essens|05113] Bürgermeister grüßt. Universität [Duisburg|05112]-[Essen|05113]."),
        ("05113", "Ein Essen kostet drei Euro. Essen für alle! Essen und Trinken. Wegen des Essens kam niemand."),
        ("05915", "Der Hammer fällt. [Hammer|05915] Bürger und das [Hammer|05915] Rathaus. Oberlandesgericht [Hamm|05915]."),
        ("05113", "Wer in [Essen|05113] lebt, isst gern. Warmes Essen gibt es um zwölf, Essen auf Rädern auch."),
        ("NW", "Kamen die Gäste aus [Kamen|05978020]? Weil sie aus [Unna|05978036] kamen, ja."),
        ("NW", "Die Lage ist ernst. Der Wald, der See und der Berg. Eine Halle, ein Horn, die Au."),
        ("05766", "In [Lage|05766040] ist die Lage gut. Der [Kreis Lippe|05766] liegt nicht nur an der Lippe."),
        ("05914", "[Hagen|05914] baut eine Brücke. Die [Hagener|05914] freuen sich."),
        ("NW", "Das Wissen wächst, das Wasser steht, die Waren fehlen, der Osten auch."),
        ("NW", "Land Hessen, Freistaat Sachsen, Brandenburg, Baden-Württemberg, Schleswig-Holstein und Sachsen-Anhalt stimmen zu."),
        ("06633", "Entlang der Fulda, an der Lahn, am Rhein und an der Elbe wird gezählt. In [Kassel|06611] auch."),
    ],
)  # fmt: skip
def test_words_are_no_towns(region: str, marked: str) -> None:
    check(region, marked)


@pytest.mark.parametrize(
    ("region", "marked"),
    [
        ("NW", "Minister Paul Oldenburg sprach mit Anna Hagen und Herrn Essen. Oldenburg lobte, Hagen nickte."),
        ("NW", "Familie Münster hilft dem Oberbürgermeister von [Münster|05515] und der Bürgermeisterin von [Essen|05113]."),
        ("NW", "Dr. Petra Hamm und Frau Münster leiten das Haus, Familie Kleve hilft. Prof. Dr. Jan Siegen fehlt."),
        ("05754", "Karl-Heinz Halle und S. Verl wurden geehrt, Achim von Oldenburg ebenso."),
        ("05558", "Landrätin Ute Coesfeld dankte Horst Dülmen."),
        ("NW", "Die Anlage liegt an der Coesfelder Straße, Ecke Münsterstraße, am Essener Weg und am Kölner Platz."),
        ("05315", "In Mülheim und Weiden, beides in [Köln|05315], wird gebaut, in der Stadt [Mülheim|05117] nicht."),
        ("NW", "Nurhan Hagen und Gabi Kleve-Weber kamen, K. Lippstadt auch. Landwirt Lippstadt dankte."),
        ("NW", "Justizminister Limbach und Ministerin Paul antworten, Bürgermeister Oldenburg fragt, Kommissar Altena schweigt."),
        ("BW", "Das [Freiburger|08311] Münster und das [Ulmer|08421] Münster, der Altenberger Dom, der [Essener|05113] Norden."),
        ("NW", "Das Kamener Kreuz, der Trainer, der Konzern und die Lehrerinnen. Hans-Werner Recklinghausen gewinnt."),
        ("NW", "Westfälische Nachrichten, Kölner Stadt-Anzeiger, Haller Kreisblatt und Frankfurter Allgemeine berichten."),
        ("NW", "Im Stadtteil Mülheim und in den Ortsteilen Halle, Lette und Herne gibt es nichts Neues."),
        ("NW", "Die Soester Börde, die Lüneburger Heide und der Teutoburger Wald."),
    ],
)  # fmt: skip
def test_persons_streets_papers_and_parts_are_no_towns(region: str, marked: str) -> None:
    check(region, marked)


def test_every_place_is_found_at_home_or_shares_its_name_there() -> None:
    lands = {digits: land for land, digits in LANDS.items()}
    left_out = []
    for place in places().values():
        text = f"{'Im Kreis' if place.kind == 'K' else 'In der Gemeinde'} {place.name} wird gebaut."
        found = [mention.ags for mention in find(text, Region(place.ags, lands[place.ags[:2]]))]
        assert found in ([place.ags], []), text
        left_out += [] if found else [place]
    assert len(left_out) < 15
    for place in left_out:
        assert [base_of(other.name) for other in places().values() if other.kreis == place.kreis].count(
            base_of(place.name)
        ) > 1


@given(
    st.text(max_size=40),
    st.lists(st.sampled_from(["Kreis", " ", "-", "Mülheim", "a.d.", "Ruhr", "(", ")", "\n\n", "in", "Essen", "GÜTERSLOH", "\u00ad", "von", "𝔾", "."]), max_size=40),
    st.sampled_from([Region(None, "NW"), Region("05754", "NW"), Region("05754008", "NW"), Region("99001", "XX"), Region(None, "??")]),
)  # fmt: skip
def test_whatever_the_text_mentions_are_places_in_order(
    strange: str, pieces: list[str], region: Region
) -> None:
    text = strange + "".join(pieces) + strange
    mentions = find(text, region)
    assert all(one.end <= other.start for one, other in pairwise(mentions))
    for mention in mentions:
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end] != ""
        assert places()[mention.ags].level == mention.level


def test_on_texts_that_others_labelled_few_places_are_missed_and_fewer_wrong() -> None:
    gold = Path(__file__).with_name("benchmarks") / "mentions_gold.jsonl"
    right = found = labelled = 0
    for line in gold.read_text("utf-8").splitlines():
        row = json.loads(line)
        wanted = {(each["ags"], each["start"], each["end"]) for each in row["mentions"]}
        read = {
            (each.ags, each.start, each.end)
            for each in find(row["text"], Region(row["publisher_ags"], row["land"]))
        }
        right, found, labelled = right + len(wanted & read), found + len(read), labelled + len(wanted)
    assert labelled > 1000
    assert right >= 0.95 * found
    assert right >= 0.90 * labelled
