"""The list: what its link may hold, how many fit, who is no longer listed, and the files that it becomes."""

import csv
import io
import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routes import files_of, sealed
from visitor import Visitor

from directory import sheets
from directory.sealed import LIFETIMES_S
from directory.views.saving import MAX_SAVED
from tests.browser.states import savable

NOBODY = "aaaaaaaaaa"
DAY_S = 86_400
FORMULAS = ("=1+1", "+44 20", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1")


@pytest.fixture(scope="module")
def everyone(reading_app) -> list[str]:
    """The ids of thirty people."""
    browser = reading_app.test_client()
    return [one for page in (1, 2, 3) for one in savable(browser, f"/therapists?page={page}")]


def opened(app, client, ids, **more) -> Visitor:
    """Somebody at a list of these people."""
    return Visitor(client).go(f"/shortlist/{sealed(app, 'shortlist', ids=ids, **more)}")


def held(app, address: str) -> dict:
    """What a list's link holds."""
    opener = app.extensions["holdspace"].sealer
    return opener.open("shortlist", address.rsplit("/", 1)[1], now=0)


def on_list(visitor: Visitor) -> list[str]:
    return [control.value for control in visitor.page.controls if control.name == "unsave"]


def table(response) -> list[list[str]]:
    """The rows of a file."""
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""), strict=True))


# ------------------------------------------------------------------------------------------------------------ The link


def test_the_link_holds_listing_ids_and_nothing_else(reading_app, client, everyone):
    there = client.post(f"/therapists/{everyone[0]}-x", data={"save": everyone[0], "note": "my words"})
    assert held(reading_app, there.headers["Location"]) == {"ids": everyone[:1]}
    token = sealed(reading_app, "shortlist", ids=everyone[:3])
    there = client.post(f"/shortlist/{token}", data={"compare": "yes", "who": everyone[1:3]})
    assert held(reading_app, there.headers["Location"]) == {"ids": everyone[:3], "compare": everyone[1:3]}


def test_the_link_lives_thirty_days_and_the_page_says_so(reading_app, client, everyone):
    assert LIFETIMES_S["shortlist"] == 30 * DAY_S
    visitor = opened(reading_app, client, everyone[:2])
    assert "It works for 30 days. Whoever has the address can open it. We keep no copy." in visitor.text
    said = "For 30 days, this page’s address holds your list, locked. Whoever has the address can open it."
    assert said in Visitor(client).go(f"{visitor.path}/contacts").text
    assert said in visitor.press("Compare side by side").text
    beside = re.search(r'"(/therapists/[^"]{600,})"', visitor.response.get_data(as_text=True))
    assert said in visitor.go(beside.group(1)).text
    late = {"age_s": 30 * DAY_S + 60, "ids": everyone[:2]}
    for where in ("/shortlist/{}", "/shortlist/{}/contacts"):
        address = where.format(sealed(reading_app, "shortlist", **late))
        assert client.get(address).status_code == 410 and "its time has passed" in Visitor(client).go(address).text
        altered = where.format(sealed(reading_app, "search", f={}))
        assert client.get(altered).status_code == 410


def test_beside_a_list_that_cannot_be_opened_a_therapists_page_stands_alone_and_says_so(reading_app, client, everyone):
    late = sealed(reading_app, "shortlist", age_s=30 * DAY_S + 60, ids=everyone[:2])
    for token in (late, late[:-9], sealed(reading_app, "search", f={})):
        visitor = Visitor(client).go(f"/therapists/{everyone[0]}-x/{token}")
        assert visitor.response.status_code == 200 and "The list that this address held" in visitor.text
        assert "Your list:" not in visitor.text


def test_a_link_of_another_purpose_is_no_list_and_a_list_no_search(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:2])
    assert client.get(f"/search/{token}").status_code == 410 and client.get(f"/matches/{token}").status_code == 410


@pytest.mark.parametrize("ids", [None, 7, "abc", {}, [None, 3, ["x"], {}], [NOBODY] * 50, [""], ["\x00"]])
def test_a_link_that_holds_something_odd_is_a_list_of_nobody(reading_app, client, ids):
    for more in ({}, {"compare": ids}):
        visitor = opened(reading_app, client, ids, **more)
        assert visitor.response.status_code == 200 and on_list(visitor) == []


def test_every_list_has_an_address_of_the_same_length(reading_app, client, everyone):
    lists = (" ".join(everyone[:people]) for people in (1, 7, MAX_SAVED))
    assert len({len(client.post("/shortlist", data={"kept": kept}).location) for kept in lists}) == 1


def test_no_page_of_a_list_is_kept_indexed_or_sets_a_cookie(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:2])
    for address in (f"/shortlist/{token}", f"/shortlist/{token}/contacts", f"/therapists/{everyone[0]}-x/{token}"):
        answer = client.get(address, follow_redirects=True)
        assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in answer.headers
    assert "Disallow: /shortlist" in client.get("/robots.txt").get_data(as_text=True)


def test_nothing_of_a_list_is_in_the_log_or_in_a_file(app, caplog):
    client, folder = app.test_client(), app.config["INSTANCE"]
    ids = savable(client, "/therapists")[:3]
    before = {name: told for name, told in files_of(folder).items() if not name.endswith("-shm")}
    with caplog.at_level("INFO"):
        visitor = Visitor(client).go("/therapists").press(f"save={ids[0]}").press(f"save={ids[1]}")
        visitor.follow("Your list: 2 people").press("Compare side by side")
        client.post(visitor.path, data={"file": "people"})
    assert "POST /search/<sealed> 303" in caplog.text and "GET /shortlist/<sealed> 200" in caplog.text
    assert not [one for one in (*ids, visitor.path.rsplit("/", 1)[1]) if one in caplog.text]
    assert {name: told for name, told in files_of(folder).items() if not name.endswith("-shm")} == before


# --------------------------------------------------------------------------------------------------- Who comes onto it


def test_saving_twice_is_saving_once(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:2])
    there = client.post(f"/shortlist/{token}", data={"save": [everyone[1], everyone[2], everyone[2]]})
    assert held(reading_app, there.location)["ids"] == everyone[:3]


def test_an_id_that_is_nobodys_is_dropped(reading_app, client, everyone):
    for data in ({"save": [NOBODY, "", "\x00", "<b>", everyone[5]]}, {"kept": f"{NOBODY} ../x {everyone[5]}"}):
        there = client.post(f"/shortlist/{sealed(reading_app, 'shortlist', ids=everyone[:1])}", data=data)
        assert held(reading_app, there.location)["ids"] == [everyone[0], everyone[5]]
    assert client.post("/shortlist", data={"kept": f"{NOBODY} x"}).location == "/shortlist"
    found = client.post("/therapists", data={"save": NOBODY})
    assert found.location == "/therapists"


def test_a_full_list_says_so_and_takes_nobody_else(reading_app, client, everyone):
    visitor = opened(reading_app, client, everyone[:MAX_SAVED])
    assert on_list(visitor) == everyone[:MAX_SAVED]
    assert "Your list is full: it holds 20 people. Take someone off to add another." in visitor.text
    visitor.press("more=yes").go("?page=3")
    assert "Your list is full." in visitor.text and "save=" not in [c.name for c in visitor.page.controls]
    there = client.post(visitor.path, data={"save": everyone[25]})
    assert Visitor(client).go(there.location).follow("Your list: 20 people").text.count("take off") == MAX_SAVED
    too_many = client.post("/shortlist", data={"kept": " ".join(everyone)})
    assert held(reading_app, too_many.location)["ids"] == everyone[:MAX_SAVED]


def test_what_a_device_kept_is_added_at_the_end(reading_app, client, everyone):
    visitor = opened(reading_app, client, everyone[:2])
    there = client.post(visitor.path, data={"kept": f" {everyone[3]}  {everyone[0]} "})
    assert held(reading_app, there.location)["ids"] == [everyone[0], everyone[1], everyone[3]]


def test_the_page_of_an_empty_list_says_how_to_begin(client):
    visitor = Visitor(client).go("/shortlist")
    assert "No one is on your list" in visitor.text and "Press Save beside a person" in visitor.text
    assert visitor.follow("Look for people").path == "/therapists"


def test_people_hidden_meanwhile_are_said_kindly_and_can_be_taken_off(app):
    client = app.test_client()
    ids = savable(client, "/therapists")[:3]
    with sqlite3.connect(app.config["INSTANCE"] / "holdspace.sqlite3") as database:
        database.execute("update therapists set state = 'withdrawn' where id = ?", (ids[1],))
    visitor = opened(app, client, [*ids, NOBODY])
    assert on_list(visitor) == [ids[0], ids[2]]
    assert "2 people aren’t listed any more." in visitor.text and "2 people on your list" in visitor.text
    visitor.press("tidy=yes")
    assert "any more" not in visitor.text and held(app, visitor.url)["ids"] == [ids[0], ids[2]]
    beside = opened(app, client, ids, compare=ids)
    assert beside.response.get_data(as_text=True).count('scope="col"') == 2
    assert "1 person isn’t listed any more." in opened(app, client, ids).text


# --------------------------------------------------------------------------------------------------------- Side by side


def test_five_stand_side_by_side_and_more_is_said(reading_app, client, everyone):
    page = opened(reading_app, client, everyone[:8], compare=everyone[:8])
    assert page.response.get_data(as_text=True).count('scope="col"') == 5
    assert "These are the first five that you chose." in page.text
    assert "first five" not in opened(reading_app, client, everyone[:8], compare=everyone[:5]).text


def test_every_row_has_a_cell_for_everybody_and_no_cell_is_empty(reading_app, client, everyone):
    html = opened(reading_app, client, everyone, compare=everyone[3:8]).response.get_data(as_text=True)
    for row in html.split("<tbody")[1].split("<tr>")[1:]:
        cells = row.split("<td>")[1:]
        assert row.count('scope="row"') == 1 and len(cells) == 5
        assert all(cell.split("</bdi></span>")[1].split("</td>")[0].strip() for cell in cells)


def test_who_is_not_on_the_list_cannot_be_compared(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:2])
    there = client.post(f"/shortlist/{token}", data={"compare": "yes", "who": [everyone[5], everyone[0]]})
    assert held(reading_app, there.location)["compare"] == [everyone[0]]
    assert on_list(opened(reading_app, client, everyone[:2], compare=everyone[5:7])) == everyone[:2]
    none = client.post(f"/shortlist/{token}", data={"compare": "yes"})
    assert held(reading_app, none.location) == {"ids": everyone[:2]}


# ------------------------------------------------------------------------------------------------------------ The files


def test_the_list_as_a_file_has_a_row_for_everybody_and_whole_addresses(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:4])
    answer = client.post(f"/shortlist/{token}", data={"file": "people"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert answer.get_data().startswith(b"\xef\xbb\xbf") and token not in answer.get_data(as_text=True)
    head, *rows = table(answer)
    assert len(rows) == 4 and {len(row) for row in rows} == {len(head)}
    assert {"Name", "Title", "Fee", "Openings", "First call", "Speaks", "Sees people in", "Meets"} <= set(head)
    for row, one in zip(rows, everyone, strict=False):
        told = dict(zip(head, row, strict=True))
        assert f"/therapists/{one}-" in told["Their page"] and told["Their page"].startswith("http")
        assert "http" in told["How to reach them"] and "Confirmed" in told["Openings"]


def test_the_contact_sheet_as_a_file_leaves_its_last_columns_to_fill_in(reading_app, client, everyone):
    token = sealed(reading_app, "shortlist", ids=everyone[:3])
    answer = client.post(f"/shortlist/{token}", data={"file": "contacts"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contacts.csv"'
    head, *rows = table(answer)
    assert head[-5:] == ["Date I wrote", "Replied?", "First call on", "Fee they asked", "How it felt"]
    assert len(rows) == 3 and all(row[-5:] == [""] * 5 and all(row[:-5]) for row in rows)


def test_a_list_of_nobody_and_an_unknown_file_never_fail(reading_app, client):
    for file, rows in (("people", 1), ("contacts", 1)):
        answer = client.post(f"/shortlist/{sealed(reading_app, 'shortlist')}", data={"file": file})
        assert answer.status_code == 200 and len(table(answer)) == rows
    assert client.post(f"/shortlist/{sealed(reading_app, 'shortlist')}", data={"file": "../x"}).status_code == 303


def test_a_listing_cannot_put_a_formula_into_the_file(app):
    client = app.test_client()
    one = savable(client, "/therapists")[0]
    told = {"name": '=HYPERLINK("https://x.example")', "title": '@SUM(A1), "x"\r\ny', "availability_note": "-1+1"}
    with sqlite3.connect(app.config["INSTANCE"] / "holdspace.sqlite3") as database:
        for column, value in told.items():
            database.execute(f"update therapists set {column} = ? where id = ?", (value, one))
    for file in ("people", "contacts"):
        answer = client.post(f"/shortlist/{sealed(app, 'shortlist', ids=[one])}", data={"file": file})
        (row,) = table(answer)[1:]
        assert row[0] == f"'{told['name']}" and row[1].startswith("'@SUM(A1)")
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(cell):
    assert list(csv.reader(io.StringIO(sheets.written([[cell, "x"]]).decode("utf-8-sig"), newline=""))) == [
        [f"'{cell}", "x"]
    ]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), max_size=4))
def test_any_table_comes_back_as_it_was_but_for_its_apostrophes(rows):
    file = sheets.written(rows)
    assert file.count(b"\r\n") >= len(rows) and file.decode("utf-8-sig").endswith("\r\n" if rows else "")
    back = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True))
    assert [[cell[1:] if cell.startswith("'") else cell for cell in row] for row in back] == [
        [cell[1:] if cell.startswith("'") else cell for cell in row] for row in rows
    ]
