"""The website says who runs it, keeps nothing of its readers, and opens to others only with details."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from pathlib import Path

import pytest
import sample
import yaml
from click.testing import CliRunner

from archive.web import legal, serve
from archive.web.details import REQUIRED, Details, load
from crawler.cli import main

DOCUMENT = (Path(__file__).parents[1] / "docs" / "operators.md").read_text("utf-8")
DETAILS = Details(
    "Verein <b>", "Weg 1\n99999 Auenfeld", "post@verein.example", "https://presse.example/archiv/",
    phone="0999 12", represented_by="E. Muster", registered="VR 1", vat_id="DE1", responsible="F. Muster",
    hosting="Rechenzentrum", server_log="keines", supervision="Aufsicht", arbitration="Schlichtung",
    impressum="Mehr zum Impressum", datenschutz="## Mehr\n\nDaten", barrierefreiheit="- Mehr",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return sample.build(tmp_path_factory.mktemp("legal"))


def read(site, name):
    response = asyncio.run(site.client.get(f"/{name}"))
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("name", legal.PAGES)
def test_every_page_is_there_with_and_without_an_operator(folder, name):
    assert "post@verein.example" in read(serve.build(folder, DETAILS), name)
    without = read(serve.build(folder), name)
    assert "None" not in without
    assert "mailto:" not in without


def test_faults_are_told_to_the_operator(folder, monkeypatch):
    monkeypatch.delenv("KREISPRESSE_CONTACT", raising=False)
    assert "mailto:post@verein.example" in read(serve.build(folder, DETAILS), f"meldung/{sample.BRIDGE_ID}")
    assert "mailto:post@verein.example" in read(serve.build(folder, DETAILS), "bot")


def test_search_words_are_not_printed(folder, capfd):
    read(serve.build(folder), "suche?q=Geheimsache")
    assert "Geheimsache" not in "".join(capfd.readouterr())


def test_whatever_the_operator_says_is_shown_and_no_markup(folder):
    site = serve.build(folder, DETAILS)
    shown = "".join(read(site, name) for name in legal.PAGES)
    for said in ("Verein &lt;b&gt;", "Weg 1\n99999 Auenfeld", "0999 12", "E. Muster", "VR 1", "DE1", "F. Muster",
                 "Rechenzentrum", "keines", "Aufsicht", "Schlichtung", "Mehr zum Impressum",
                 '<h2 class="section">Mehr</h2>', "<li>Mehr</li>"):  # fmt: skip
        assert said in shown


def test_the_public_addresss_path_is_where_the_website_lies(folder):
    site = serve.build(folder, DETAILS)
    page = read(site, "impressum")
    own = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert own
    assert all(address.startswith("/archiv/") for address in own)


def test_the_document_explains_every_line_and_its_example_is_good(tmp_path):
    explained = re.findall(r"(?m)^\| (`.+?`) \|", DOCUMENT)
    names = [name for line in explained for name in re.findall(r"`(\w+)`", line)]
    assert sorted(names) == sorted(Details.__dataclass_fields__)
    example = re.search(r"(?m)^    name: (?:.*\n    )+", DOCUMENT)
    file = tmp_path / "operator.yml"
    file.write_text(re.sub(r"(?m)^    ", "", example.group()), "utf-8")
    assert all(getattr(load(file), name) for name in REQUIRED)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "kreis.example"])
def test_without_details_only_this_computer_is_served(folder, host):
    with pytest.raises(serve.ServeError, match=r"Impressum.*--operator FILE"):
        serve.serve(folder, host=host)


def test_with_details_others_are_served(folder, tmp_path, monkeypatch):
    file = tmp_path / "operator.yml"
    said = {"name": "Verein", "address": "Weg 1", "email": "a@b.example", "website": "https://b.example"}
    file.write_text(yaml.safe_dump(said), "utf-8")
    asked = []

    @contextlib.contextmanager
    def listen(host, port):
        asked.append(host)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            yield listener

    monkeypatch.setattr(serve, "_listen", listen)
    monkeypatch.setattr(serve.uvicorn.Server, "run", lambda self, sockets: None)
    monkeypatch.setenv("KREISPRESSE_OPERATOR", str(file))
    done = CliRunner().invoke(main, ["serve", "--data", str(folder), "--host", "0.0.0.0"])
    assert (done.exit_code, asked) == (0, ["0.0.0.0"]), done.output


def test_details_that_cannot_be_used_stop_the_start(folder, tmp_path):
    file = tmp_path / "operator.yml"
    file.write_text("name: Verein", "utf-8")
    done = CliRunner().invoke(main, ["serve", "--data", str(folder), "--operator", str(file)])
    assert done.exit_code == 2
    assert "address is missing" in done.output
