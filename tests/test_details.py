"""The operator's details are whole or the website does not start."""

from __future__ import annotations

import pytest
import yaml

from archive.web.details import REQUIRED, Details, DetailsError, load

WHOLE = {"name": "Verein", "address": "Weg 1\n99999 Auenfeld\n", "email": "post@verein.example",
         "website": "https://presse.example/archiv"}  # fmt: skip


def write(tmp_path, said):
    file = tmp_path / "operator.yml"
    file.write_text(said if isinstance(said, str) else yaml.safe_dump(said), "utf-8")
    return file


def test_what_is_said_is_taken_over(tmp_path):
    found = load(write(tmp_path, WHOLE | {"phone": " 0999 12 ", "sql": False}))
    assert (found.address, found.phone, found.sql) == ("Weg 1\n99999 Auenfeld", "0999 12", False)
    assert not found.search_engines


@pytest.mark.parametrize(
    ("website", "base"),
    [("https://a.example", "/"), ("https://a.example/", "/"), ("https://a.example/b/c", "/b/c/")],
)
def test_the_public_address_says_below_which_path_the_website_lies(website, base):
    assert Details("", "", "", website).base_url == base


@pytest.mark.parametrize("key", REQUIRED)
def test_what_the_law_wants_must_be_said(tmp_path, key):
    with pytest.raises(DetailsError, match=f"{key} is missing"):
        load(write(tmp_path, {name: value for name, value in WHOLE.items() if name != key}))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"adress": "x"}, r"adress is not known \(meant address\?\)"),
        ({"name": "  "}, "name must be filled in"),
        ({"name": "<Name>"}, "name must be filled in"),
        ({"address": "TODO"}, "address must be filled in"),
        ({"phone": 4912}, "phone must be filled in, as text"),
        ({"sql": "no thanks"}, "sql must be true or false"),
        ({"email": "post"}, "no mail address"),
        ({"website": "presse.example"}, "website must be an address"),
        ({"website": "https:///x"}, "website must be an address"),
        ({"website": "https://[x"}, "website must be an address"),
        ({1: "x"}, "1 is not known"),
    ],
)
def test_what_cannot_be_right_is_named(tmp_path, changed, said):
    with pytest.raises(DetailsError, match=said):
        load(write(tmp_path, WHOLE | changed))


@pytest.mark.parametrize("said", ["", "- a\n- b", "name: [", "\0", "name: !!python/object:os.system x"])
def test_what_is_no_file_of_details_says_so(tmp_path, said):
    with pytest.raises(DetailsError, match=r"operator\.yml"):
        load(write(tmp_path, said))


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(DetailsError, match="cannot be read"):
        load(tmp_path / "none.yml")
