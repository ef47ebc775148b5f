"""One's own listing: what a form shows is what is kept, and pressing Save on it unchanged changes nothing."""

import re
from html.parser import HTMLParser

import pytest
from planted import today
from sqlalchemy import select

from directory import demo
from directory.db import db, writing
from directory.models import Account, AuditLine, Fee, Therapist
from directory.profiles.writing import SECTIONS
from tests.opening import sign_in


class Filled(HTMLParser):
    """The fields of a page's forms, as a browser would send them back untouched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select, self._area = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "input" and name:
            self.sent[name] = told.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            self.sent[self._select] = told.get("value") or ""
        elif tag == "textarea":
            self._area, self.sent[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self._area] = self.sent[self._area].removeprefix("\r\n").removeprefix("\n")
            self._area = ""


def filled(browser, section: str) -> dict[str, str]:
    return Filled(browser.get(f"/my/listing/{section}").get_data(as_text=True)).sent


def own_fee(app) -> dict[str, object]:
    with app.app_context():
        listing = db.session.scalars(select(Account.therapist_id)).one()
        fee = db.session.get_one(Fee, listing)
        return {column.name: getattr(fee, column.name) for column in Fee.__table__.columns}


def set_fee(app, **told: int | None) -> None:
    with app.app_context(), writing():
        fee = db.session.get_one(Fee, db.session.scalars(select(Account.therapist_id)).one())
        for name, value in told.items():
            setattr(fee, name, value)
        db.session.commit()


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_a_form_as_it_was_opened_changes_no_field(app, signed_in, section):
    set_fee(app, full_to_minor=9000, sliding_from_minor=0, reduced_places=0)
    assert signed_in.post(f"/my/listing/{section}", data=filled(signed_in, section)).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(AuditLine.after)).all() == ["{}"]


def test_a_range_of_fees_survives_and_can_be_changed_and_taken_away(app, signed_in):
    set_fee(app, full_to_minor=9000)
    assert filled(signed_in, "fee")["full_to"] == "90"
    for typed, kept in (("95", 9500), ("", None)):
        signed_in.post("/my/listing/fee", data={**filled(signed_in, "fee"), "full_to": typed})
        assert own_fee(app)["full_to_minor"] == kept


@pytest.mark.parametrize("typed", ["10", "68", "abc", "-5", "1000000"])
def test_a_highest_fee_that_makes_no_range_is_refused_with_what_was_typed(app, signed_in, typed):
    before = own_fee(app)
    sent = {**filled(signed_in, "fee"), "full_from": "68", "full_to": typed}
    response = signed_in.post("/my/listing/fee", data=sent)
    assert response.status_code == 422
    assert own_fee(app) == before
    assert typed in response.get_data(as_text=True)


def test_pence_survive_when_only_the_note_is_changed(app, signed_in):
    set_fee(app, full_from_minor=6250, full_to_minor=None, sliding_from_minor=3050)
    shown = filled(signed_in, "fee")
    assert (shown["full_from"], shown["sliding_from"]) == ("62.50", "30.50")
    assert signed_in.post("/my/listing/fee", data={**shown, "note": "Ask me."}).status_code == 303
    kept = own_fee(app)
    assert (kept["full_from_minor"], kept["sliding_from_minor"], kept["note"]) == (6250, 3050, "Ask me.")


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("65", 6500), (" 65 ", 6500), ("62.5", 6250), ("62,50", 6250), ("1,500", 150_000), ("1,00,000", 10_000_000)],
)
def test_a_fee_is_kept_to_the_penny(app, signed_in, typed, minor):
    sent = {**filled(signed_in, "fee"), "full_to": "", "sliding_from": "", "full_from": typed}
    assert signed_in.post("/my/listing/fee", data=sent).status_code == 303
    assert own_fee(app)["full_from_minor"] == minor


MANY_DIGITS = "9" * 4200


@pytest.mark.parametrize("typed", ["1_0", "62.505", "6,50,0", "65-80", "£65.5.0", "1e3", "²", "٦٥", MANY_DIGITS])
def test_what_is_no_fee_is_refused_with_what_was_typed(app, signed_in, typed):
    before = own_fee(app)
    response = signed_in.post("/my/listing/fee", data={**filled(signed_in, "fee"), "full_from": typed})
    page = response.get_data(as_text=True)
    assert response.status_code == 422 and "like 65 or 62.50" in page
    assert own_fee(app) == before and Filled(page).sent["full_from"] == typed


@pytest.mark.parametrize("name", ["session_minutes", "reduced_places"])
@pytest.mark.parametrize("typed", ["1_0", "+5", "5.0", "²", MANY_DIGITS, "9" * 5000])
def test_what_is_no_whole_number_is_refused_with_what_was_typed(app, signed_in, name, typed):
    before = own_fee(app)
    response = signed_in.post("/my/listing/fee", data={**filled(signed_in, "fee"), name: typed})
    assert response.status_code == 422
    assert own_fee(app) == before and Filled(response.get_data(as_text=True)).sent[name] == typed


@pytest.mark.parametrize("blanks", ["", "   ", "\r\n \t"])
def test_a_headline_of_blanks_is_none(app, signed_in, blanks):
    response = signed_in.post("/my/listing/about", data={**filled(signed_in, "about"), "headline": blanks})
    assert response.status_code == 422 and "Write one sentence" in response.get_data(as_text=True)
    with app.app_context():
        assert "" not in db.session.scalars(select(Therapist.headline)).all()


HIDDEN = {"about": ("headline", "bio_approach"), "availability": ("availability_note",), "fee": ("note",)}


@pytest.mark.parametrize(("section", "name"), [(section, name) for section, names in HIDDEN.items() for name in names])
@pytest.mark.parametrize("hidden", ["\0", "\x1b", "\x08"])
def test_a_sign_that_no_database_keeps_is_refused_with_a_sentence(signed_in, section, name, hidden):
    sent = {**filled(signed_in, section), name: f"left{hidden}right"}
    response = signed_in.post(f"/my/listing/{section}", data=sent)
    assert response.status_code == 422 and "hidden sign" in response.get_data(as_text=True)


def test_lines_and_tabs_in_ones_own_words_are_kept(app, signed_in):
    sent = {**filled(signed_in, "about"), "bio_approach": "One.\r\n\tTwo."}
    assert signed_in.post("/my/listing/about", data=sent).status_code == 303
    assert Filled(signed_in.get("/my/listing/about").get_data(as_text=True)).sent["bio_approach"] == "One.\r\n\tTwo."


def test_a_save_is_found_by_the_next_search(app, signed_in):
    sent = {**filled(signed_in, "about"), "headline": "I was a lighthouse keeper before I learnt to listen."}
    assert signed_in.post("/my/listing/about", data=sent).status_code == 303
    while app.extensions["holdspace"].follower.step():
        pass
    link = app.test_client().post("/search", data={"text": "lighthouse keeper"}).location
    assert "lighthouse" in app.test_client().get(link).get_data(as_text=True).lower()


def test_a_second_tab_is_told_so_and_nothing_it_typed_is_lost(app, signed_in):
    first, second = filled(signed_in, "about"), filled(signed_in, "about")
    assert signed_in.post("/my/listing/about", data={**first, "headline": "The first tab."}).status_code == 303
    response = signed_in.post("/my/listing/about", data={**second, "headline": "The second tab."})
    page = response.get_data(as_text=True)
    assert response.status_code == 409 and "another tab" in page and "The second tab." in page
    again = Filled(page).sent
    assert signed_in.post("/my/listing/about", data=again).status_code == 303
    with app.app_context():
        assert "The second tab." in db.session.scalars(select(Therapist.headline)).all()


def test_still_right_counts_from_today(app, signed_in):
    token = Filled(signed_in.get("/my/listing").get_data(as_text=True)).sent["csrf_token"]
    signed_in.post("/my/listing/still-right", data={"csrf_token": token})
    with app.app_context():
        own = db.session.scalars(select(Account.therapist_id)).one()
        assert db.session.get_one(Therapist, own).confirmed_on == today()
    assert "You confirmed this today" in signed_in.get("/my/listing").get_data(as_text=True)


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_press_without_its_token_is_not_told_as_done(app, signed_in, token):
    response = signed_in.post("/my/listing/still-right", data={} if token is None else {"csrf_token": token})
    assert response.status_code == 400 and "didn’t make sense" in response.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(AuditLine)).all() == []


def test_a_break_hides_the_page_and_the_desk_says_so(app, signed_in):
    own_page = re.search(r'href="(/therapists/[^"?]+)"', signed_in.get("/my/listing").get_data(as_text=True))[1]
    sent = {**filled(signed_in, "availability"), "availability": "paused", "back_on": ""}
    assert signed_in.post("/my/listing/availability", data=sent).status_code == 303
    desk = signed_in.get("/my/listing").get_data(as_text=True)
    assert "hidden while you take a break" in desk
    assert own_page not in desk and app.test_client().get(own_page).status_code == 404


def test_the_demo_account_keeps_the_demo_therapist(app):
    browser = app.test_client()
    sign_in(browser, demo.EMAIL)
    assert "Hello, Meera" in browser.get("/my/listing").get_data(as_text=True)


def test_a_break_ends_on_a_day_to_come(signed_in):
    page = signed_in.get("/my/listing/availability").get_data(as_text=True)
    told = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("csrf_token", "version")}
    refused = signed_in.post(
        "/my/listing/availability", data={**told, "availability": "paused", "back_on": "2020-01-01"}
    )
    assert refused.status_code == 422 and "still to come" in refused.get_data(as_text=True)


def test_a_hidden_listing_offers_no_page_that_is_not_there(signed_in):
    page = signed_in.get("/my/listing/availability").get_data(as_text=True)
    told = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("csrf_token", "version")}
    saved = signed_in.post("/my/listing/availability", data={**told, "availability": "paused"}, follow_redirects=True)
    desk = saved.get_data(as_text=True)
    assert "nobody sees it yet" in desk and "See it as they do" not in desk
