"""Writing to a therapist: it arrives, is kept nowhere, fails aloud, and nobody can make it go elsewhere."""

import io
import logging
import re
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from email import policy
from email.headerregistry import Address
from urllib.parse import quote_from_bytes

import pytest
from evidence import Evidence, traces
from hostile import HOSTILE
from mail_host import MailHost, hangs, hangs_up, says, words_of
from naughty import BROKEN_BYTES, STRINGS, Shape, shape
from routes import files_of, remembered, sealed
from sqlalchemy import text

from directory import contact
from directory.db import db, writing
from directory.demo import EMAIL
from directory.limits import LIMITS, Limits
from directory.limits.counting import Limit
from directory.profiles.planting import id_for
from tests.opening import open_house, sign_in

FROM = "directory@holdspace.example"
WRITTEN_TO, AT = id_for("gb-tamsin-polkinghorne-reed"), "tamsin@gb-tamsin-polkinghorne-reed.example"
PAGE = f"/therapists/{WRITTEN_TO}-tamsin-polkinghorne-reed"
WRITE = f"{PAGE}/write"
NOT_WRITTEN_TO = id_for("gb-colm-harbinson-deeney")
HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"]
HEADERS += ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
INJECTIONS = (
    "sam@example.org\r\nBcc: many@elsewhere.example",
    "sam@example.org\nTo: other@elsewhere.example",
    "sam@example.org\rCc: other@elsewhere.example",
    "sam@example.org%0d%0aBcc: other@elsewhere.example",
    "sam@example.org\u2028Bcc: other@elsewhere.example",
    "sam@example.org\x0b\x0cBcc: x@elsewhere.example",
    "sam@example.org, other@elsewhere.example",
    "sam@example.org,other@elsewhere.example",
    "sam@example.org;other@elsewhere.example",
    "<sam@example.org>",
    "Sam <sam@example.org>",
    '"sam@elsewhere.example"@example.org',
    "sam@example.org>\r\nRCPT TO:<other@elsewhere.example",
    "sam(other@elsewhere.example)@example.org",
    "=?utf-8?q?sam=0D=0ABcc:x=40elsewhere.example?=@example.org",
    "sam@example.org\r\n\r\nA second body",
    "sam@[127.0.0.1]",
    "@elsewhere.example:sam@example.org",
    "group:sam@example.org,other@elsewhere.example;",
    "sam@example.org\x00",
    "sam@exam\u202eple.org",
    "s" * 300 + "@example.org",
)


SCRIPTS = ("سلام، أحتاج أن أتحدث", "שלום", "நான் பேச வேண்டும்", "👩🏽‍❤️‍💋‍👨🏾", "é" * 3999, "." * 500)


@pytest.fixture(scope="module")
def listening():
    """The mail host of these tests."""
    with MailHost() as running:
        yield running


@pytest.fixture
def host(listening):
    """It takes everything, until a test says otherwise, and has taken nothing yet."""
    listening.at, listening.does = "", None
    listening.mails.clear()
    return listening


def opened(planted, folder, listening):
    """A small house that sends its mail to ``listening``, and soon gives up."""
    shutil.copytree(planted / "instance", folder / "instance")
    told = {"MAIL_URL": f"smtp://127.0.0.1:{listening.port}", "MAIL_FROM": FROM, "SEEDS": planted / "seeds"}
    app = open_house(folder / "instance", **told)
    app.extensions["holdspace.postbox"] = replace(app.extensions["holdspace.postbox"], deadline_s=1.0)
    return app


@pytest.fixture(scope="module")
def ordinary(planted, tmp_path_factory, listening):
    """The house of all tests that leave its rows alone."""
    return opened(planted, tmp_path_factory.mktemp("contact"), listening)


@pytest.fixture
def house(ordinary, host):
    """The ordinary house, as the demo is: without limits."""
    ordinary.extensions["holdspace.limits"] = Limits(on=False)
    return ordinary


@pytest.fixture
def own_house(planted, tmp_path, host):
    """A house whose rows a test may change."""
    return opened(planted, tmp_path, host)


def ticket(app, age_s: int = 10, to: str = WRITTEN_TO) -> str:
    """What the form carries of when it was opened."""
    return sealed(app, "letter", to=to, at=int(time.time()) - age_s)


def write(app, message="I would like to talk.", reach="sam@example.org", whence="203.0.113.7", page=WRITE, **more):
    """Send the form, as somebody would."""
    fields = {"reach": reach, "message": message, "fax": "", "opened": ticket(app), **more}
    return app.test_client().post(page, data=fields, environ_overrides={"REMOTE_ADDR": whence})


def words(response) -> str:
    """The text of a page's main part."""
    main = response.get_data(as_text=True).split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# The way there


def test_a_page_offers_to_write_only_to_who_chose_it(house):
    client = house.test_client()
    assert f'href="{WRITE}"' in client.get(PAGE).get_data(as_text=True)
    other = client.get(f"/therapists/{NOT_WRITTEN_TO}", follow_redirects=True)
    assert other.status_code == 200 and "/write" not in other.get_data(as_text=True)
    there = client.get(f"{other.request.path}/write")
    assert (there.status_code, there.location) == (303, other.request.path)


def test_the_form_is_honest_before_anything_is_written(house):
    page = house.test_client().get(WRITE)
    told = words(page)
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    for sentence in ("while you wait", "keep nothing", "with the company that runs it", "See who answers now"):
        assert sentence in told
    assert "<textarea" in page.get_data(as_text=True) and 'autocomplete="off"' in page.get_data(as_text=True)


def test_the_list_of_people_comes_along_and_back(house):
    token = sealed(house, "shortlist", ids=[WRITTEN_TO])
    client = house.test_client()
    page = client.get(f"{PAGE}/{token}").get_data(as_text=True)
    there = re.search(r'href="(/therapists/[^"]+/write)"', page).group(1)
    assert there.count("/") == 4
    form = client.get(there).get_data(as_text=True)
    assert f'href="{there.removesuffix("/write")}"' in form or re.search(rf'href="{PAGE}/[\w-]{{100,}}"', form)
    assert client.post(there, data={"reach": "a@b.example", "message": "x", "opened": ticket(house)}).status_code == 200


def test_a_name_that_changed_leads_on_and_nobody_is_not_found(house):
    client = house.test_client()
    assert client.get(f"/therapists/{WRITTEN_TO}-other-name/write").location == WRITE
    assert client.get("/therapists/aaaaaaaaaa-nobody/write").status_code == 404
    assert client.post("/therapists/aaaaaaaaaa-nobody/write").status_code == 404


def test_the_address_stands_on_no_page_and_in_no_answer(house):
    client = house.test_client()
    for path in (PAGE, WRITE, "/therapists", "/sitemap.xml", "/api/openapi.json"):
        assert AT.encode() not in client.get(path).data
    asked = client.post("/api/v1/search", json={"text": "tamsin"})
    assert b"@gb-" not in asked.data and AT.encode() not in write(house).data
    index = house.config["INSTANCE"] / "index"
    assert not [name for name, held in files_of(index).items() if AT.encode() in held]


def test_a_house_without_mail_offers_no_writing(planted, tmp_path):
    shutil.copytree(planted / "instance", tmp_path / "instance")
    app = open_house(tmp_path / "instance", SEEDS=planted / "seeds")
    app.extensions["holdspace.postbox"] = None
    assert "/write" not in app.test_client().get(PAGE).get_data(as_text=True)
    assert app.test_client().get(WRITE).status_code == 303
    assert write(app, "kanarievogel").status_code == 409


# What arrives


def test_a_message_arrives_with_the_way_to_answer_and_says_whence_it_comes(house, host):
    sent = write(house, "Hello Tamsin.\r\n\r\n.\r\nI freeze at work.")
    assert sent.status_code == 200 and "is sent" in words(sent) and "We have no copy" in words(sent)
    ((sender, recipients, _raw),), (mail,) = host.mails, host.messages
    assert (sender, recipients) == (FROM, [AT])
    assert [mail["To"].addresses[0].addr_spec, mail["From"].addresses[0].addr_spec] == [AT, FROM]
    assert mail["Reply-To"] == "sam@example.org" and mail["Auto-Submitted"] == "auto-generated"
    body = words_of(mail)
    assert "\n\nHello Tamsin.\n\n.\nI freeze at work.\n\n" in body and "sam@example.org" in body
    assert "kept no copy" in body and "/my/listing" in body
    assert sorted(mail.keys()) == sorted(HEADERS)


@pytest.mark.parametrize("reach", ["07700 900123, after six", "@sam on any app", "Signal: sam.44", "jö@x.example"])
def test_another_way_to_answer_stands_in_the_words_alone(house, host, reach):
    assert write(house, reach=reach).status_code == 200
    (mail,) = host.messages
    assert mail["Reply-To"] is None and reach in words_of(mail)
    assert "Don’t answer this mail" in words_of(mail) and "You can answer" not in words_of(mail)


def test_an_address_of_another_script_is_answered_in_ascii(house, host):
    assert write(house, reach="sam@münchen.example").status_code == 200
    assert host.messages[0]["Reply-To"] == "sam@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "message", ["سلام، أحتاج أن أتحدث", "שלום", "நான் பேச வேண்டும்", "👩🏽‍❤️‍💋‍👨🏾", "é" * 3999, "." * 500]
)
def test_every_script_arrives_as_it_was_written(house, host, message):
    assert write(house, message).status_code == 200
    assert message in words_of(host.messages[0])
    assert all(byte < 128 for byte in host.mails[0][2]), "seven bits, so that no host changes it"


# Nobody can make it go elsewhere


def only_to_the_therapist(host) -> None:
    """Every mail has our headers alone, each once, one recipient, and an answer address that is one."""
    for _sender, recipients, raw in host.mails:
        assert recipients == [AT]
        assert b"\r\nBcc" not in raw.split(b"\r\n\r\n")[0] and b"\r\nCc" not in raw.split(b"\r\n\r\n")[0]
    for mail in host.messages:
        assert len(mail.keys()) == len(set(mail.keys())) and set(mail.keys()) <= set(HEADERS), mail.keys()
        assert len(mail["To"].addresses) == 1 and len(mail["Reply-To"].addresses if mail["Reply-To"] else [0]) == 1
        assert not mail.is_multipart() and "elsewhere" not in str(mail["Reply-To"] or "").partition("@")[2]


@pytest.mark.parametrize("told", INJECTIONS)
def test_no_answer_address_brings_a_header_or_a_second_recipient(house, host, told):
    response = write(house, reach=told)
    assert response.status_code in (200, 422)
    only_to_the_therapist(host)
    if response.status_code == 422:
        assert host.mails == [] and "I would like to talk." in words(response)


def test_no_words_bring_a_header_or_a_second_recipient(house, host):
    told = (*STRINGS, *INJECTIONS, *(value[:4000] for value in list(HOSTILE.values())[::4]))
    for message in told:
        assert write(house, message).status_code in (200, 422), message[:50]
    assert len(host.mails) > len(told) / 2
    only_to_the_therapist(host)


@pytest.mark.parametrize("told", [*INJECTIONS, "", "nobody", "a@b", "é@b.example"])
def test_a_letter_is_addressed_to_one_plain_address_or_not_made(told):
    plain = {"to": AT, "sender": FROM, "name": "N", "sent_by": "H", "subject": "S", "text": "T"}
    for name in ("to", "sender", "reply_to"):
        if name == "reply_to" and not told:
            continue
        if told in ("=?utf-8?q?sam=0D=0ABcc:x=40elsewhere.example?=@example.org", "sam@example.org%0d%0aBcc: o"):
            continue
        with pytest.raises(ValueError):
            contact.letter(**{**plain, name: told})


@pytest.mark.parametrize("told", [value for value in (*STRINGS, *INJECTIONS) if value.strip()])
def test_a_name_a_house_and_a_subject_stay_on_their_line(told):
    mail = contact.letter(to=AT, sender=FROM, name=told, sent_by=told, subject=told, text=told)
    raw = bytes(mail)
    head, _, _body = raw.partition(b"\r\n\r\n")
    assert {line.split(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"} <= set(HEADERS)
    assert [str(one.addr_spec) for one in mail["To"].addresses] == [AT]
    assert isinstance(mail["From"].addresses[0], Address) and policy.SMTP.linesep == "\r\n"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", head.decode())


# What is refused, with every word kept

WRONG = {
    "nothing written": ({"message": " "}, "Write a line or two first."),
    "no way to answer": ({"reach": ""}, "Write how you can be answered"),
    "no address": ({"reach": "sam@example"}, "like sam@example.org"),
    "too long": ({"message": "kanarievogel " + "x" * 4000}, "over 4,000 letters"),
    "a long way to answer": ({"reach": "kanarievogel" * 30}, "under 200 letters"),
    "links": (
        {"message": "kanarievogel https://a.example http://b.example www.c.example https://d.example"},
        "many links",
    ),
    "a field for machines": ({"fax": "1"}, "A hidden field was filled in"),
    "no ticket": ({"opened": ""}, "This page waited a long time"),
    "an altered ticket": ({"opened": "A" * 700}, "This page waited a long time"),
}


@pytest.mark.parametrize(("told", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_nothing_is_lost_or_sent(house, host, told, said):
    response = write(house, **{"message": "kanarievogel singt", "reach": "kanarie@example.org", **told})
    page = response.get_data(as_text=True)
    assert response.status_code == 422 and said in words(response) and host.mails == []
    assert "kanarie" in page and "Set-Cookie" not in response.headers
    assert 'name="fax" type="text" value=""' in page or 'value="1"' not in page


def test_a_form_is_for_one_person_and_neither_too_fresh_nor_too_old(house, host):
    for opened in (ticket(house, to=NOT_WRITTEN_TO), ticket(house, age_s=1), sealed(house, "step")):
        response = write(house, "kanarievogel", opened=opened)
        assert response.status_code == 422 and "kanarievogel" in words(response)
    old = sealed(house, "letter", age_s=7201, to=WRITTEN_TO, at=int(time.time()) - 7201)
    response = write(house, "kanarievogel", opened=old)
    assert "This page waited a long time" in words(response) and host.mails == []
    fresh = re.search(r'name="opened" type="hidden" value="([^"]+)"', response.get_data(as_text=True)).group(1)
    assert "That was very quick" in words(write(house, "kanarievogel", opened=fresh))
    held = house.extensions["holdspace"].sealer.open("letter", fresh, now=int(time.time()))
    assert held["to"] == WRITTEN_TO


def test_pressing_twice_sends_once_and_a_failure_may_be_sent_again(house, host):
    again = ticket(house)
    host.at, host.does = "RCPT", says("451 later")
    assert write(house, opened=again).status_code == 503
    host.at = ""
    first, second = write(house, opened=again), write(house, opened=again)
    assert (first.status_code, second.status_code, len(host.mails)) == (200, 200, 1)
    assert "a second time" in words(second)


def test_a_press_while_the_first_is_under_way_is_told_so_and_never_that_it_is_sent(house, host):
    again, first = ticket(house), []
    host.at, host.does = "RCPT", hangs
    pressed = threading.Thread(target=lambda: first.append(write(house, "kanarievogel", opened=again).status_code))
    pressed.start()
    time.sleep(0.3)
    second = write(house, "kanarievogel", opened=again)
    pressed.join()
    assert (first, second.status_code, host.mails) == ([503], 409, [])
    assert "It is being sent now" in words(second) and "is sent" not in words(second).replace("It is being sent", "")
    assert "kanarievogel" in words(second) and "Send to Tamsin" in words(second)
    assert f'value="{again}"' in second.get_data(as_text=True)
    host.at = ""
    assert write(house, "kanarievogel", opened=again).status_code == 200 and len(host.mails) == 1


@pytest.mark.parametrize("other", [{"message": "I forgot a thing."}, {"reach": "07700 900123"}])
def test_other_words_on_the_same_form_are_another_message(house, host, other):
    again = ticket(house)
    first, second = write(house, opened=again), write(house, opened=again, **other)
    assert "a second time" not in words(second) and (first.status_code, len(host.mails)) == (200, 2)
    assert next(iter(other.values())) in words_of(host.messages[1])


@pytest.mark.parametrize(
    "fields", [{}, {"message": ["a", "b"], "reach": ["a@b.example", "c@d.example"]}, {"x" * 100: "y"}]
)
def test_an_odd_form_is_answered_with_the_form(house, host, fields):
    assert house.test_client().post(WRITE, data=fields).status_code == 422
    assert house.test_client().post(WRITE, json={"message": "x"}).status_code == 422
    assert house.test_client().post(WRITE, data={"message": "x" * 70_000}).status_code == 413
    assert host.mails == []


def test_what_is_typed_changes_a_pages_words_and_never_its_shape(house):
    said = ("fine", "I want to kill myself tonight", "I hurt myself sometimes and I feel so alone")
    plain = [shape(write(house, told, reach="", opened="")).elements for told in said]
    for told in STRINGS:
        if told.strip():
            assert shape(write(house, told, reach="", opened="")).elements in plain, told[:50]


@pytest.mark.parametrize("raw", BROKEN_BYTES)
def test_broken_bytes_are_read_as_they_can_be(house, host, raw):
    body = b"reach=sam%40example.org&fax=&message=hello+" + quote_from_bytes(raw).encode()
    body += b"&opened=" + ticket(house).encode()
    told = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    assert house.test_client().post(WRITE, **told).status_code == 200
    assert "hello" in words_of(host.messages[0])
    only_to_the_therapist(host)


def test_another_sites_form_sends_nothing(house, host):
    fields = {"reach": "a@b.example", "message": "x", "opened": ticket(house)}
    told = {"Sec-Fetch-Site": "cross-site"}
    assert house.test_client().post(WRITE, data=fields, headers=told).status_code == 403 and host.mails == []


# What fails, fails aloud

FAILURES = {
    "refused for good": ("RCPT", says("550 no such mailbox"), 502, "No mail can be brought to Tamsin"),
    "refused for now": ("MAIL", says("451 later"), 503, "Try again in a few minutes"),
    "gone in the middle": ("DATA", hangs_up, 503, "Try again in a few minutes"),
    "silent": ("EHLO", hangs, 503, "Try again in a few minutes"),
    "silent at the end": ("DOT", hangs, 504, "We can’t tell if it was sent"),
}


@pytest.mark.parametrize(("step", "does", "status", "said"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_said_with_the_words_and_other_ways(house, host, step, does, status, said):
    host.at, host.does = step, does
    started = time.monotonic()
    response = write(house, "kanarievogel singt", reach="kanarie@example.org")
    page = response.get_data(as_text=True)
    assert time.monotonic() - started < 6
    assert response.status_code == status and said in words(response)
    assert ("Nothing was sent" in words(response)) == (status != 504)
    assert "kanarievogel singt</textarea>" in page and 'value="kanarie@example.org"' in page
    assert "Other ways" in words(response) and "Send to Tamsin" in words(response)
    host.at, again = "", re.search(r'name="opened" type="hidden" value="([^"]+)"', page).group(1)
    assert write(house, "kanarievogel singt", opened=again).status_code == 200 and len(host.mails) == 1


def test_somebody_who_ends_it_meanwhile_gets_nothing_and_the_words_stay(own_house, host):
    with own_house.app_context(), writing():
        db.session.execute(text("update consult_offers set relay_to = ''"))
        db.session.commit()
    response = write(own_house, "kanarievogel singt")
    assert response.status_code == 409 and host.mails == []
    assert "kanarievogel singt" in words(response) and "takes no messages" in words(response)
    assert "Send to" not in words(response) and "Other ways" in words(response)


def test_an_address_that_no_host_takes_is_none(own_house, host):
    for told in ("nobody", "a@b.example, c@d.example", "é@x.example", "a@b.example\r\nX: y"):
        with own_house.app_context(), writing():
            db.session.execute(text("update consult_offers set relay_to = :told"), {"told": told})
            db.session.commit()
        assert "/write" not in own_house.test_client().get(PAGE).get_data(as_text=True)
        assert write(own_house).status_code == 409
    assert host.mails == []


# How often


def test_a_fourth_message_in_ten_minutes_waits_with_its_words(house, host):
    house.extensions["holdspace.limits"] = Limits()
    assert [write(house).status_code for _ in range(3)] == [200] * 3
    paused = write(house, "kanarievogel singt")
    assert paused.status_code == 429 and 0 < int(paused.headers["Retry-After"]) <= 600
    assert "kanarievogel singt" in words(paused) and "Wait 10 minutes" in words(paused)
    assert len(host.mails) == 3 and write(house, whence="203.0.113.8").status_code == 200


def test_what_is_wrong_costs_no_turn(house):
    house.extensions["holdspace.limits"] = Limits()
    assert {write(house, " ").status_code for _ in range(10)} == {422}
    assert write(house).status_code == 200


def test_what_failed_costs_no_turn_neither_here_nor_of_the_therapists_day(house, host):
    house.extensions["holdspace.limits"] = Limits()
    host.at, host.does = "RCPT", says("451 later")
    assert {write(house).status_code for _ in range(30)} == {503}
    host.at = ""
    assert [write(house).status_code for _ in range(3)] == [200] * 3 and write(house).status_code == 429


def test_a_full_day_of_the_therapist_costs_somebody_no_turn(house, host, monkeypatch):
    monkeypatch.setitem(LIMITS, "messages to one therapist", Limit(1, 86_400))
    house.extensions["holdspace.limits"] = Limits()
    assert write(house, whence="198.51.100.1").status_code == 200
    again = ticket(house)
    for _ in range(5):
        assert "Try again tomorrow" in words(write(house, opened=again))
    monkeypatch.setitem(LIMITS, "messages to one therapist", Limit(20, 86_400))
    assert [write(house).status_code for _ in range(3)] == [200] * 3


def test_forms_that_are_sent_back_are_counted_too_and_the_pause_shows_the_words(house, monkeypatch):
    monkeypatch.setitem(LIMITS, "questions", Limit(5, 60))
    house.extensions["holdspace.limits"] = Limits()
    assert [write(house, reach="").status_code for _ in range(6)] == [422] * 5 + [429]
    page = write(house, "kanarievogel <b>singt").get_data(as_text=True)
    assert re.search(r'<textarea [^>]*name="message"[^>]*>\s*kanarievogel &lt;b&gt;singt</textarea>', page)
    assert '<input type="hidden" name="reach" value="sam@example.org">' in page
    assert write(house, whence="203.0.113.8").status_code == 200


def test_asking_what_became_of_a_sent_message_costs_no_turn(house, host):
    house.extensions["holdspace.limits"] = Limits()
    again = ticket(house)
    assert {write(house, opened=again).status_code for _ in range(10)} == {200} and len(host.mails) == 1


def test_one_therapist_gets_so_many_a_day_from_everywhere_together(house, host):
    house.extensions["holdspace.limits"] = Limits()
    got = [write(house, whence=f"198.51.100.{number}").status_code for number in range(60)]
    assert got.count(200) == len(host.mails) == LIMITS["messages to one therapist"].most
    assert "Try again tomorrow" in words(write(house, whence="192.0.2.1"))


# Danger


def test_words_of_danger_bring_numbers_first_and_hold_nothing_up(house, host):
    told = "I want to kill myself tonight, please help me"
    sent = write(house, told)
    assert sent.status_code == 200 and len(host.mails) == 1
    page = words(sent)
    assert page.index("in danger now") < page.index("is sent") and "999" in page
    failed = words(write(house, told, reach=""))
    assert failed.index("in danger now") < failed.index("Write to Tamsin") and told in failed


# Nothing is kept


@pytest.mark.parametrize("step", ["", *[step for step, *_ in FAILURES.values()]])
def test_no_word_and_no_address_is_found_anywhere(house, host, monkeypatch, step):
    folder = house.config["INSTANCE"].parent
    (folder / "temporary").mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    host.at, host.does = step, says("550 kanarievogel@example.org is not wanted") if step != "DOT" else hangs_up
    heard, loggers = io.StringIO(), [logging.getLogger(), logging.getLogger("holdspace"), house.logger]
    handler = logging.StreamHandler(heard)
    before = remembered(house)
    for logger in loggers:
        logger.addHandler(handler)
    try:
        response = write(house, "I freeze, kanarievogel, at work", reach="kanarienest@example.org")
        wrong = write(house, "I freeze, kanarievogel, at work", reach="kanarienest@")
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    assert (response.status_code == 200) == (step == "") and wrong.status_code == 422
    told = Evidence(files=files_of(folder), log=heard.getvalue())
    for answered in (response, wrong):
        told.headers += [f"{name}: {value}" for name, value in answered.headers]
        told.cookies += answered.headers.getlist("Set-Cookie")
        told.urls += Shape(answered.get_data(as_text=True)).addresses
    assert len(told.files) > 5 and "POST /therapists/<key>/write" in told.log
    assert traces(["kanarievogel", "kanarienest", AT], Evidence(log=told.log, headers=told.headers)) == []
    assert traces(["kanarievogel", "kanarienest"], told) == []
    assert remembered(house) == before and told.cookies == []


# The therapist's choice


def token_of(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


def test_a_therapist_lets_people_write_and_ends_it(own_house):
    browser = own_house.test_client()
    with own_house.app_context(), writing():
        db.session.execute(text("update accounts set therapist_id = :one"), {"one": NOT_WRITTEN_TO})
        db.session.commit()
    assert sign_in(browser).status_code == 302
    page = own_house.test_client().get(f"/therapists/{NOT_WRITTEN_TO}", follow_redirects=True).request.path
    for press, offered in (("yes", True), ("", False), ("yes", True)):
        desk = browser.get("/my/listing").get_data(as_text=True)
        assert browser.post("/my/listing/messages", data={"take": press, "csrf_token": "made-up"}).status_code == 400
        assert (
            browser.post("/my/listing/messages", data={"take": press, "csrf_token": token_of(desk)}).status_code == 303
        )
        there = own_house.test_client().get(page).get_data(as_text=True)
        assert (f'href="{page}/write"' in there) == offered and EMAIL not in there
        assert (EMAIL in browser.get("/my/listing").get_data(as_text=True)) == offered
    with own_house.app_context():
        lines = db.session.execute(text("select action, before, after from audit_lines order by id")).all()
    assert [line.action for line in lines] == ["take messages"] * 3 and EMAIL not in str(lines)
    own_house.extensions["holdspace.postbox"] = None
    browser.post("/my/listing/messages", data={"take": "", "csrf_token": token_of(desk)})
    assert "Let people write to me" not in browser.get("/my/listing").get_data(as_text=True), "no mail goes out"
