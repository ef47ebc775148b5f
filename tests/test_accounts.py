"""Signing in and out, what an account keeps to itself, and what a form of one's own listing may change."""

import re

import pytest
from itsdangerous import TimestampSigner
from planted import plant, therapist
from routes import doors
from sqlalchemy import event, select, text

from directory import accounts, create_app, demo, migrations
from directory.db import Base, db, writing
from directory.models import Account, Therapist
from directory.profiles.writing import SECTIONS
from tests.opening import open_house, sign_in

NOBODY = "nobody@holdspace.example"
WRONG = {"wrong password": (demo.EMAIL, "not the password at all"), "nobody": (NOBODY, demo.PASSWORD)}
SECRET = "a secret of thirty-two letters or more"
PRODUCTION = {
    "ENV": "production",
    "BASE_URL": "https://localhost",
    "HOSTS": ("localhost",),
    "KEPT_BY": "an example association",
    "CONTACT": "weakness@therapists.example",
}


def token_of(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def cookies(response) -> dict[str, str]:
    """The cookies that a response sets, each with all its flags."""
    return {line.split("=", 1)[0]: line for line in response.headers.getlist("Set-Cookie")}


# Signing in


def test_the_right_address_and_password_open_ones_own_listing(signed_in):
    assert signed_in.get("/my/listing").status_code == 200


def test_the_address_may_be_typed_in_capitals(reading_app):
    assert sign_in(reading_app.test_client(), demo.EMAIL.upper()).status_code == 302


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_without_its_token_nobody_is_signed_in(reading_app, token):
    browser = reading_app.test_client()
    browser.get("/account/sign-in")
    data = {"email": demo.EMAIL, "password": demo.PASSWORD} | ({} if token is None else {"csrf_token": token})
    browser.post("/account/sign-in", data=data)
    assert browser.get("/my/listing").status_code == 302


def test_a_program_is_not_signed_in_without_a_token_either(reading_app):
    browser = reading_app.test_client()
    browser.post("/account/sign-in", json={"email": demo.EMAIL, "password": demo.PASSWORD})
    assert browser.get("/my/listing").status_code == 302


@pytest.mark.parametrize("how", ["include_auth_token", "auth_token=1", ""])
def test_no_program_gets_a_token_to_come_back_with(reading_app, how):
    browser = reading_app.test_client()
    token = token_of(browser.get("/account/sign-in").get_data(as_text=True))
    told = {"email": demo.EMAIL, "password": demo.PASSWORD, "csrf_token": token}
    response = browser.post(f"/account/sign-in?{how}", json=told, headers={"Accept": "application/json"})
    assert not response.is_json and "authentication_token" not in response.get_data(as_text=True)


@pytest.mark.parametrize("how", ["address", "header", "body"])
def test_a_token_made_by_the_sign_in_library_opens_nothing(reading_app, how):
    with reading_app.test_request_context("/"):
        token = db.session.scalars(select(Account)).one().get_auth_token()
    told = {
        "address": {"query_string": {"auth_token": token}},
        "header": {"headers": {"Authentication-Token": token}},
        "body": {"json": {"auth_token": token}},
    }
    assert reading_app.test_client().get("/my/listing", **told[how]).status_code == 302


def refusal(app, email: str, password: str) -> str:
    """The page after a refused sign-in, without what differs by nature: the address typed and the token."""
    response = sign_in(app.test_client(), email, password)
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    return page.replace(token_of(page), "TOKEN").replace(email, "EMAIL").replace(demo.EMAIL, "EMAIL")


def test_nobody_learns_from_the_page_whether_an_address_has_an_account(reading_app):
    pages = {refusal(reading_app, *told) for told in WRONG.values()}
    assert len(pages) == 1
    assert "don’t go together" in pages.pop()


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_nobody_learns_from_the_time_it_takes_since_a_hash_is_always_worked_out(reading_app, monkeypatch, told):
    hashing, worked = reading_app.extensions["security"].pwd_context, []
    for name in ("hash", "verify"):
        real = getattr(hashing, name)
        monkeypatch.setattr(hashing, name, lambda *told, real=real, **more: worked.append(real) or real(*told, **more))
    refusal(reading_app, *told)
    assert len(worked) == 1


def test_an_account_that_is_closed_is_refused_in_the_same_words(app):
    open_page = refusal(app, *WRONG["nobody"])
    with app.app_context(), writing():
        db.session.scalars(select(Account)).one().active = False
        db.session.commit()
    assert refusal(app, demo.EMAIL, demo.PASSWORD) == open_page


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "///evil.example"])
def test_signing_in_never_leads_to_another_site(reading_app, elsewhere):
    browser = reading_app.test_client()
    page = browser.get("/account/sign-in", query_string={"next": elsewhere}).get_data(as_text=True)
    data = {"email": demo.EMAIL, "password": demo.PASSWORD, "csrf_token": token_of(page), "next": elsewhere}
    location = browser.post("/account/sign-in", query_string={"next": elsewhere}, data=data).headers.get(
        "Location", "/"
    )
    assert re.match(r"/(?![/\\])", location), location


def test_signing_in_needs_no_second_round_and_offers_no_other_door(reading_app):
    security = {rule.rule for rule in reading_app.url_map.iter_rules() if rule.endpoint.startswith("security.")}
    assert security == {"/account/sign-in", "/account/sign-out"}


# Signing out


def test_signing_out_closes_the_listing(signed_in):
    token = token_of(signed_in.get("/my/listing").get_data(as_text=True))
    response = signed_in.post("/account/sign-out", data={"csrf_token": token})
    assert (response.status_code, response.location) == (302, "/account/sign-in")
    assert signed_in.get("/my/listing").status_code == 302


def test_a_sign_out_without_its_token_asks_first(signed_in):
    page = signed_in.post("/account/sign-out").get_data(as_text=True)
    assert "Sign out?" in page
    assert signed_in.get("/my/listing").status_code == 200
    signed_in.post("/account/sign-out", data={"csrf_token": token_of(page)})
    assert signed_in.get("/my/listing").status_code == 302


def test_following_a_link_signs_nobody_out(signed_in):
    assert signed_in.get("/account/sign-out").status_code == 405
    assert signed_in.get("/my/listing").status_code == 200


# What stays closed


def own_doors(app) -> list[tuple[str, str]]:
    """Every method and address of the therapists' room, read from the app itself."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/my")]
    return [(method, rule.rule.replace("<section>", "fee")) for rule in rules for method in rule.methods - {"OPTIONS"}]


def test_every_door_of_ones_own_room_asks_who_is_there(reading_app):
    doors = own_doors(reading_app)
    assert len(doors) > 3
    for method, path in doors:
        response = reading_app.test_client().open(path, method=method)
        assert response.status_code == 302 and "/account/sign-in" in response.location, (method, path)


def test_an_account_without_a_listing_is_told_so(app):
    with app.app_context(), writing():
        accounts.add("steward@holdspace.example", demo.PASSWORD, steward=True)
        db.session.commit()
    browser = app.test_client()
    assert sign_in(browser, "steward@holdspace.example").status_code == 302
    assert browser.get("/my/listing").status_code == 403


# Cookies and secrets


@pytest.mark.parametrize("path", ["/", "/therapists", "/learn", "/questions", "/help-now", "/about", "/privacy"])
def test_a_seeker_gets_no_cookie_signed_in_or_not(client, path):
    assert cookies(client.get(path)) == {}
    sign_in(client)
    assert cookies(client.get(path)) == {}


@pytest.fixture
def remembered(app):
    """The browser of somebody who asked to stay signed in, after it was closed and opened again."""
    browser = app.test_client()
    token = token_of(browser.get("/account/sign-in").get_data(as_text=True))
    told = {"email": demo.EMAIL, "password": demo.PASSWORD, "remember": "y", "csrf_token": token}
    assert "remember" in cookies(browser.post("/account/sign-in", data=told))
    browser.delete_cookie("session")
    return browser


def test_a_browser_that_stays_signed_in_is_known_in_its_own_room_alone(app, remembered):
    for door in doors(app):
        if door.for_seekers and door.gets:
            response = remembered.get(door.url)
            assert cookies(response) == {}, door.rule
            assert "Cookie" not in response.headers.get("Vary", ""), door.rule
    assert remembered.get("/no-such-page").headers.getlist("Set-Cookie") == []
    assert remembered.get("/my/listing").status_code == 200


def test_no_page_for_seekers_asks_for_an_account(app, remembered, signed_in):
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2].lower()))
    for browser in (remembered, signed_in):
        for door in doors(app):
            if door.for_seekers and door.gets:
                browser.get(door.url)
    assert asked and [sql for sql in asked if "accounts" in sql] == []
    signed_in.get("/my/listing")
    assert any("from accounts" in sql for sql in asked), "the check sees an account that is asked for"


def hours_later(monkeypatch, hours: float) -> None:
    real = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + int(hours * 3600))


def test_a_session_ends_eight_hours_after_the_last_visit(signed_in, monkeypatch):
    with monkeypatch.context() as clock:
        hours_later(clock, 7.9)
        assert signed_in.get("/my/listing").status_code == 200
    with monkeypatch.context() as clock:
        hours_later(clock, 15.8)
        assert signed_in.get("/my/listing").status_code == 200
    hours_later(monkeypatch, 24)
    assert signed_in.get("/my/listing").status_code == 302


def test_the_session_is_kept_from_scripts_and_from_other_sites(reading_app):
    response = sign_in(reading_app.test_client())
    assert list(cookies(response)) == ["session"]
    assert "HttpOnly" in cookies(response)["session"] and "SameSite=Lax" in cookies(response)["session"]


@pytest.fixture
def production(tmp_path):
    """A production house with tables, one therapist and her account."""

    def opened(*secrets: str):
        url = f"sqlite:///{tmp_path / 'production.sqlite3'}"
        more = {"INSTANCE": tmp_path, "DATABASE_URL": url, "SECRET_KEYS": secrets, "FOLLOW": False}
        return create_app({**PRODUCTION, **more})

    app = opened(SECRET)
    with app.app_context():
        migrations.upgrade()
        (listing,) = plant(therapist("a"))
        with writing():
            accounts.add(demo.EMAIL, demo.PASSWORD, therapist_id=listing)
            db.session.commit()
    return opened


def sign_in_over_https(app, **more: str):
    browser = app.test_client()
    page = browser.get("/account/sign-in", base_url="https://localhost").get_data(as_text=True)
    data = {"email": demo.EMAIL, "password": demo.PASSWORD, "csrf_token": token_of(page), **more}
    return browser, browser.post("/account/sign-in", base_url="https://localhost", data=data)


def test_in_production_both_cookies_belong_to_this_host_and_to_https(production):
    _, response = sign_in_over_https(production(SECRET), remember="y")
    told = cookies(response)
    assert set(told) == {"__Host-session", "__Host-remember"}
    for line in told.values():
        assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), line
        assert "Domain" not in line


def test_production_has_no_account_of_the_demo_and_says_nothing_of_it(tmp_path, production):
    page = production(SECRET).test_client().get("/account/sign-in", base_url="https://localhost").get_data(as_text=True)
    assert demo.PASSWORD not in page and demo.EMAIL not in page


def test_a_new_secret_locks_nobody_out_and_ends_no_session(production):
    browser, response = sign_in_over_https(production(SECRET))
    assert response.status_code == 302
    newer = production("a newer secret of thirty-two letters", SECRET)
    assert sign_in_over_https(newer)[1].status_code == 302
    browser.application = newer
    assert browser.get("/my/listing", base_url="https://localhost").status_code == 200


def test_passwords_are_kept_as_argon2_hashes_alone(reading_app):
    with reading_app.app_context():
        kept = db.session.scalars(select(Account.password)).all()
        everything = str(db.session.execute(text("select * from accounts")).all())
    assert kept and all(one.startswith("$argon2id$") for one in kept)
    assert demo.PASSWORD not in everything


def test_the_same_password_never_gives_the_same_hash_twice(app):
    with app.app_context(), writing():
        hashes = {accounts.add(f"{name}@holdspace.example", demo.PASSWORD).password for name in "ab"}
    assert len(hashes) == 2


def test_an_address_is_known_whatever_its_capitals(reading_app):
    with reading_app.app_context():
        assert accounts.exists(demo.EMAIL.upper()) and not accounts.exists("nobody@holdspace.example")


# What a form may change

FILLED = {
    "fee": {
        "currency": "GBP",
        "full_from": "71",
        "full_to": "90",
        "sliding_from": "41",
        "session_minutes": "55",
        "note": "Ask me.",
    },
    "about": {"headline": "I listen.", "bio_approach": "a", "bio_working": "b", "bio_first_session": "c"},
    "availability": {"availability": "full", "availability_note": "Ask in spring.", "back_on": ""},
}


def rows(app) -> dict[str, list]:
    """Every table as it stands."""
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def every_column(value: str) -> dict[str, str]:
    return {column.name: value for table in Base.metadata.sorted_tables for column in table.columns}


@pytest.mark.parametrize("section", SECTIONS)
def test_posting_every_column_there_is_changes_only_the_fields_of_the_section(app, signed_in, section):
    page = signed_in.get(f"/my/listing/{section}").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    sent = {**every_column("1"), **FILLED[section], "version": version, "csrf_token": token_of(page)}
    before = rows(app)
    assert signed_in.post(f"/my/listing/{section}", data=sent).status_code == 303
    after = rows(app)
    own_table = "fees" if section == "fee" else "therapists"
    written = {own_table, "therapists", "audit_lines", "changes", "change_counter"}
    assert {name for name in before if before[name] != after[name]} == written
    by_rule = {"therapists": {f"{section}_version"}}
    for name in {own_table, "therapists"}:
        columns = [column.name for column in Base.metadata.tables[name].columns]
        moved = {
            columns[place]
            for old, new in zip(before[name], after[name], strict=True)
            for place in range(len(columns))
            if old[place] != new[place]
        }
        allowed = by_rule.get(name, set()) | (set(SECTIONS[section]) if name == own_table else set())
        assert moved and moved <= allowed, name


def test_a_form_reaches_no_listing_but_ones_own(app, signed_in):
    with app.app_context():
        own = db.session.scalars(select(Account.therapist_id)).one()
        others = {row.id: row.headline for row in db.session.scalars(select(Therapist)) if row.id != own}
        other = next(iter(others))
    page = signed_in.get("/my/listing/about").get_data(as_text=True)
    sent = {**FILLED["about"], "version": "1", "csrf_token": token_of(page), "id": other, "therapist_id": other}
    signed_in.post(f"/my/listing/about?id={other}&therapist_id={other}", data=sent)
    with app.app_context():
        after = {row.id: row.headline for row in db.session.scalars(select(Therapist)) if row.id != own}
        assert after == others
        assert db.session.get_one(Therapist, own).headline == "I listen."


def test_the_demo_can_be_signed_in_to_again_after_a_restart(app):
    again = open_house(app.config["INSTANCE"])
    assert sign_in(again.test_client()).status_code == 302
