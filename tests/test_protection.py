"""What every request and answer passes: headers, the origin check, tokens, the read-only rule, a page for failures."""

import shutil

import pytest
from flask import abort, current_app, redirect
from flask.testing import FlaskClient
from routes import Door, doors, remembered
from sqlalchemy import text

from directory.db import db
from directory.protection import writes

STATUSES = (200, 301, 302, 303, 400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)
FORBIDDEN_IN_CSP = ("unsafe-inline", "unsafe-eval", "data:", "blob:", "http:", "https:", "*")
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
SAID_BY_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
DENIED = ("camera", "geolocation", "microphone", "payment")
PAGE = "<title>A page</title><h1>A page</h1>"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}
STRANGERS = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "http://elsewhere.example/localhost"},
    {"Origin": "http://localhost@elsewhere.example"},
    {"Origin": "http://["},
    {"Origin": "file://"},
)
OURS = (
    {},
    {"Origin": "null"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "http://127.0.0.1"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
)


def csp_of(response) -> dict[str, str]:
    parts = response.headers.get("Content-Security-Policy", "").split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def header_faults(response, *, fingerprinted: bool = False) -> list[str]:
    """What is wrong with the headers that every answer must carry."""
    csp, headers = csp_of(response), response.headers
    faults = [f"{name}: {headers.get(name)}" for name, value in EXACT.items() if headers.get(name) != value]
    faults += [f"CSP {name}: {csp.get(name)}" for name, value in SAID_BY_CSP.items() if csp.get(name) != value]
    faults += [f"CSP holds {word}" for word in FORBIDDEN_IN_CSP if word in headers.get("Content-Security-Policy", "")]
    faults += [f"{it} allowed" for it in DENIED if f"{it}=()" not in headers.get("Permissions-Policy", "")]
    caching = "public, max-age=31536000, immutable" if fingerprinted else "no-store"
    if headers.get("Cache-Control") != caching:
        faults.append(f"Cache-Control: {headers.get('Cache-Control')}")
    if "Access-Control-Allow-Origin" in headers:
        faults.append("another site may read it")
    texts = ("text/", "application/xml", "image/svg+xml")
    if headers.get("Content-Type", "").startswith(texts) and "charset=utf-8" not in headers["Content-Type"]:
        faults.append(f"Content-Type: {headers['Content-Type']}")
    return faults


def ask(browser: FlaskClient, door: Door, method: str, **more):
    """One request, its page unread: a HEAD or OPTIONS has none."""
    return FlaskClient.open(browser, door.url, method=method, **more)


def must_not_be_indexed(door: Door, status: int) -> bool:
    return bool(door.purpose) or not door.for_seekers or status >= 400


def answering(status: int):
    """A view that does nothing but answer with a status."""

    def view(**_arguments):
        if status == 200:
            return PAGE
        return redirect("/", status) if status < 400 else abort(status)

    return view


def test_every_route_answers_every_status_with_the_same_headers(app):
    faults = []
    for door in doors(app):
        for status in STATUSES:
            app.view_functions[door.endpoint] = answering(status)
            response = app.test_client().open(door.url, method="GET" if door.gets else "POST")
            assert response.status_code == status, door
            found = header_faults(response)
            if must_not_be_indexed(door, status) and "noindex" not in response.headers.get("X-Robots-Tag", ""):
                found.append("a search engine may keep it")
            if "Set-Cookie" in response.headers:
                found.append("it sets a cookie")
            faults += [(door.rule, status, fault) for fault in found]
    assert not faults


def test_every_route_as_it_is_answers_with_the_same_headers(app):
    browser = app.test_client()
    for door in doors(app):
        for method in sorted(door.methods):
            response = ask(browser, door, method, headers={"Origin": "http://localhost"})
            assert response.status_code < 500, (door.rule, method)
            assert not header_faults(response), (door.rule, method)


def test_no_page_for_seekers_sets_a_cookie_signed_in_or_not(app, signed_in):
    for browser in (app.test_client(), signed_in):
        for door in doors(app):
            for method in sorted(door.methods) if door.for_seekers else ():
                response = ask(browser, door, method, headers={"Accept-Language": "fr"})
                assert "Set-Cookie" not in response.headers, (door.rule, method)
    stranger = app.test_client()
    stranger.set_cookie("session", "not-one-of-ours")
    assert "Set-Cookie" not in stranger.get("/").headers


def test_only_a_static_file_with_its_fingerprint_is_kept_by_a_browser(client):
    address = client.get("/").get_data(as_text=True).split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    assert not header_faults(client.get(address), fingerprinted=True)
    assert not header_faults(client.get(address.split("?")[0]))
    assert not header_faults(client.get("/static/no-such-file.css?v=1"))


def test_a_browser_is_told_to_stay_with_https_once_it_came_by_https(client):
    assert "Strict-Transport-Security" not in client.get("/").headers
    for path in ("/", "/nothing-here"):
        told = client.get(path, base_url="https://localhost").headers["Strict-Transport-Security"]
        assert "includeSubDomains" in told and int(told.split("max-age=")[1].split(";")[0]) >= 31536000


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "10.0.0.1", "[::1]", "a b", ""])
def test_an_unknown_host_is_refused_with_a_page(client, host):
    response = client.get("/", headers={"Host": host})
    assert response.status_code == 400
    assert not header_faults(response)
    assert "We couldn’t read that" in response.get_data(as_text=True)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "127.0.0.1:8000"])
def test_the_demo_answers_its_two_names(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_forwarded_hosts_and_schemes_are_believed_only_behind_a_proxy(client):
    told = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"}
    response = client.get("/robots.txt", headers=told)
    assert response.status_code == 200
    assert "Strict-Transport-Security" not in response.headers
    assert "elsewhere" not in response.get_data(as_text=True)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "BREW"])
def test_methods_that_no_route_has_get_the_page_for_that(app, method):
    for door in doors(app):
        response = app.test_client().open(door.url, method=method)
        assert response.status_code == 405, door.rule
        assert "GET" in response.headers["Allow"] or "POST" in response.headers["Allow"]
        assert not header_faults(response)


def test_a_post_from_another_site_is_refused_at_every_route(app):
    for door in doors(app):
        for headers in STRANGERS if door.posts else ():
            response = app.test_client().post(door.url, headers=headers)
            assert response.status_code == 403, (door.rule, headers)
            assert "Set-Cookie" not in response.headers


def test_a_post_from_our_own_pages_is_taken_at_every_route(app):
    for door in doors(app):
        for headers in OURS if door.posts else ():
            response = app.test_client().post(door.url, headers=headers)
            assert response.status_code not in (403, 405, 500), (door.rule, headers)


def test_a_link_from_another_site_opens_every_page(client, reading_app):
    for door in doors(reading_app):
        if door.gets:
            headers = {**ELSEWHERE, "Origin": "https://elsewhere.example"}
            assert client.get(door.url, headers=headers).status_code < 400, door.rule


def test_a_form_from_another_site_is_told_so(client):
    page = client.post("/search", data={"text": "help"}, headers=ELSEWHERE).get_data(as_text=True)
    assert "That form came from another site" in page
    answer = client.post("/api/v1/understand", json={"text": "help"}, headers=ELSEWHERE)
    assert answer.status_code == 403 and answer.is_json


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_signed_in_post_without_its_token_changes_nothing(app, signed_in, token):
    before = remembered(app)
    for door in doors(app):
        if door.posts and door.rule.startswith("/my"):
            data = {"version": "1", "currency": "GBP", "full_from": "12", "session_minutes": "50"}
            response = signed_in.post(door.url, data=data if token is None else {**data, "csrf_token": token})
            assert response.status_code in (400, 422), door.rule
    assert remembered(app) == before


def test_a_signed_in_post_with_its_token_does_change_something(app, signed_in):
    before = remembered(app)
    page = signed_in.get("/my/listing").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    signed_in.post("/my/listing/still-right", data={"csrf_token": token})
    assert remembered(app) != before


def test_signing_out_needs_the_token_too(signed_in):
    signed_in.post("/account/sign-out")
    assert signed_in.get("/my/listing").status_code == 200


def test_getting_any_page_changes_nothing(app, signed_in):
    before = remembered(app)
    for browser in (app.test_client(), signed_in):
        for door in doors(app):
            for method in door.methods - {"POST"}:
                ask(browser, door, method)
    assert remembered(app) == before


def test_no_post_from_somebody_looking_changes_anything(app):
    before = remembered(app)
    told = {"text": "I freeze when my boss gives me feedback", "concern": "shame", "r0_now": "hard", "relax": "fee"}
    for door in doors(app):
        if door.posts and door.for_seekers:
            assert app.test_client().post(door.url, data=told).status_code < 500
            app.test_client().post(door.url, json=told)
    assert remembered(app) == before


def rename_everybody() -> str:
    db.session.execute(text("update therapists set name = 'Nobody'"))
    db.session.commit()
    return PAGE


def test_a_hidden_write_in_a_view_that_reads_is_an_error(app):
    app.add_url_rule("/hidden", "hidden", rename_everybody, methods=["GET", "POST"])
    before = remembered(app)
    for method in ("GET", "POST"):
        assert app.test_client().open("/hidden", method=method).status_code == 500
    assert remembered(app) == before


def test_only_an_unsafe_request_to_a_view_marked_as_writing_may_write(app):
    app.add_url_rule("/marked", "marked", writes(rename_everybody), methods=["GET", "POST"])
    before = remembered(app)
    assert app.test_client().get("/marked").status_code == 500
    assert remembered(app) == before
    assert app.test_client().post("/marked").status_code == 200
    assert remembered(app) != before


def test_every_page_is_friendly_when_the_database_is_down(app, signed_in):
    told = [door for door in doors(app) if door.gets and door.endpoint != "static"]
    with app.app_context():
        db.engine.dispose()
    database = app.config["INSTANCE"] / "holdspace.sqlite3"
    for file in database.parent.glob("holdspace.sqlite3*"):
        file.unlink()
    database.mkdir()
    away = 0
    for browser in (app.test_client(), signed_in):
        for door in told:
            response = browser.get(door.url)
            page = response.get_data(as_text=True)
            assert not header_faults(response), door.rule
            assert response.status_code < 500 or response.status_code == 503, (door.rule, response.status_code)
            if response.status_code == 503 and "Please try again in a few minutes" in page:
                away += 1
                assert says_nothing_internal(page), door.rule
                assert '<link rel="stylesheet"' in page and "Leave this site" in page, (door.rule, "the plainest page")
        for path, status in {"/": 200, "/help-now": 200, "/privacy": 200, "/learn": 200, "/no-such-page": 404}.items():
            response = browser.get(path)
            assert response.status_code == status and '<link rel="stylesheet"' in response.get_data(as_text=True), path
    assert away > 2
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/%00", "/therapists/a%00b", "/learn/%00", "/static/%00.css", "/search/%00"])
def test_there_is_no_page_with_a_nul_in_its_address(client, path):
    assert client.get(path).status_code == 404


def says_nothing_internal(page: str) -> bool:
    inside = ("Traceback", "sqlite", "sqlalchemy", "OperationalError", ".py", "/instance", "select ", "File &#34;")
    return not any(word in page for word in inside)


def test_a_failure_says_nothing_of_what_failed(app):
    def fail():
        raise RuntimeError("secret-of-the-house in /instance, select 1")

    app.add_url_rule("/fail", "fail", fail)
    response = app.test_client().get("/fail")
    page = response.get_data(as_text=True)
    assert response.status_code == 500 and "Something went wrong on our side" in page
    assert "secret-of-the-house" not in page and says_nothing_internal(page)
    assert "Leave this site" in page and "/help-now" in page


def test_the_plainest_page_stands_when_even_the_error_page_fails(app, monkeypatch):
    def fail():
        raise RuntimeError

    app.add_url_rule("/fail", "fail", fail)
    monkeypatch.setattr("directory.errors.render_template", lambda *_, **__: current_app.nothing_like_this)
    response = app.test_client().get("/fail")
    assert response.status_code == 500 and not header_faults(response)
    assert "Something went wrong on our side" in response.get_data(as_text=True)


def test_the_index_says_no_more_than_that_it_is_away(app):
    index = app.config["INSTANCE"] / "index"
    shutil.rmtree(index / (index / "current").read_text().strip())
    told = app.test_client().get("/readyz")
    assert told.status_code == 200 and told.json["status"] == "degraded"
    assert says_nothing_internal(told.text) and str(app.config["INSTANCE"]) not in told.text
