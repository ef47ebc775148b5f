"""How a mail leaves the house: over TLS, in bounded time, to one address, and never half said to have gone."""

import time
from dataclasses import replace
from email import message_from_bytes, policy
from threading import Thread

import pytest
from mail_host import STEPS, MailHost, certified, drips, hangs, hangs_up, says, words_of

from directory import config, contact, mail
from directory.errors import ConfigError, MailNotSent, MailRefused, MailUnsure

FROM, TO = "directory@holdspace.example", "meera@therapist.example"
SOON_S = 0.8


def box(listening: MailHost, **told: object) -> mail.MailHost:
    """A postbox that goes to this host, without TLS unless told so, and soon gives up."""
    plain = {"sender": FROM, "host": "127.0.0.1", "port": listening.port, "tls": False, "deadline_s": SOON_S}
    return mail.MailHost(**{**plain, **told})


def a_letter(text: str = "Hello."):
    return contact.letter(to=TO, name="Meera", sender=FROM, sent_by="Holdspace", subject="Somebody wrote", text=text)


def test_a_mail_goes_to_one_address_whatever_its_headers_say():
    letter = a_letter()
    letter["Cc"] = letter["Bcc"] = "elsewhere@x.example"
    with MailHost() as host:
        box(host).post(letter, TO)
    ((sender, recipients, _raw),) = host.mails
    assert (sender, recipients) == (FROM, [TO])


@pytest.mark.parametrize("sign", [*'",()<>@;:\\[]', ', "Tam" (she) <x@elsewhere.example>,'])
@pytest.mark.parametrize("length", [1, 2, 4, 12])
@pytest.mark.parametrize("last", ["Reed", "Rée"])
def test_no_name_makes_a_second_recipient_however_its_line_is_folded(sign, length, last):
    name = " ".join([f"Tamsin{sign} Polkinghorne {last}"] * length)
    told = contact.letter(to=TO, name=name, sender=FROM, sent_by=name, subject="Somebody wrote", text="Hello.")
    read = message_from_bytes(bytes(told), policy=policy.default)
    for header, address in (("To", TO), ("From", FROM)):
        (one,) = read[header].addresses
        assert one.addr_spec == address and one.display_name.split().count("Polkinghorne") == length


@pytest.mark.parametrize(
    "text", [".", "..", ".\n.", "a\n.\nb\n..\n", "\n\n.", "x" * 4000, "." * 200, "é" * 999 + "\n."]
)
def test_lines_of_dots_and_long_lines_arrive_as_they_were(text):
    with MailHost() as host:
        box(host).post(a_letter(text), TO)
    (message,) = host.messages
    assert words_of(message).rstrip("\n") == text.rstrip("\n")
    assert max(map(len, host.mails[0][2].split(b"\r\n"))) <= 998


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [554, 530, 535, 451])
def test_a_no_at_any_step_is_a_no_and_for_good_only_when_it_is_about_the_mail(step, code):
    with MailHost(step, says(f"{code} no")) as host, pytest.raises(MailNotSent) as no:
        box(host).post(a_letter(), TO)
    for_good = code == 554 and step not in ("CALL", "EHLO")
    assert type(no.value) is (MailRefused if for_good else MailNotSent) and host.mails == []


@pytest.mark.parametrize("does", [hangs, hangs_up, drips, says("x" * 9000), says("no code at all")])
@pytest.mark.parametrize("step", STEPS)
def test_silence_at_any_step_ends_in_time_and_after_the_last_dot_nobody_can_tell(step, does):
    started = time.monotonic()
    with MailHost(step, does) as host, pytest.raises(MailNotSent) as no:
        box(host).post(a_letter(), TO)
    assert time.monotonic() - started < SOON_S + 3
    assert (type(no.value) is MailUnsure) == (step == "DOT")


def test_no_host_at_all_is_said_so():
    with MailHost() as host:
        away = box(host)
    with pytest.raises(MailNotSent) as no:
        away.post(a_letter(), TO)
    assert type(no.value) is MailNotSent
    for name in ("no.such.host.invalid", "a..b", "x" * 300):
        with pytest.raises(MailNotSent):
            replace(away, host=name).post(a_letter(), TO)


def test_a_few_mails_may_be_on_their_way_at_once_and_the_next_is_refused_soon():
    with MailHost("MAIL", hangs) as host:
        slow = box(host, deadline_s=4.0)
        waiting = [Thread(target=lambda: pytest.raises(MailNotSent, slow.post, a_letter(), TO)) for _ in range(3)]
        for thread in waiting:
            thread.start()
        time.sleep(0.3)
        started = time.monotonic()
        with pytest.raises(MailNotSent):
            slow.post(a_letter(), TO)
        assert 0.5 < time.monotonic() - started < 2.5
        for thread in waiting:
            thread.join()


# TLS


def test_a_host_elsewhere_gets_a_name_and_a_mail_only_over_tls_that_is_vouched_for(tmp_path, monkeypatch):
    with MailHost(address="127.0.0.2", offers="STARTTLS") as host:
        host.tls, vouching = certified(tmp_path, "127.0.0.2")
        far = box(host, host="127.0.0.2", deadline_s=5.0)
        with pytest.raises(MailNotSent):
            far.post(a_letter(), TO)
        assert host.mails == [] and not any(said.startswith("MAIL") for said in host.heard)
        monkeypatch.setenv("SSL_CERT_FILE", str(vouching))
        far.post(a_letter(), TO)
        assert len(host.mails) == 1


def test_a_host_elsewhere_that_offers_no_tls_gets_nothing():
    with MailHost(address="127.0.0.2") as host, pytest.raises(MailNotSent):
        box(host, host="127.0.0.2", user="somebody", password="secret").post(a_letter(), TO)
    assert host.mails == [] and all(said.startswith("EHLO") for said in host.heard), host.heard


def test_a_password_is_said_to_the_host_and_a_wrong_one_is_a_no():
    with MailHost(offers="AUTH PLAIN") as host:
        box(host, user="somebody", password="p@ss").post(a_letter(), TO)
        assert len(host.mails) == 1 and any(said.startswith("AUTH PLAIN") for said in host.heard)
        host.at, host.does = "AUTH", says("535 wrong")
        with pytest.raises(MailNotSent) as no:
            box(host, user="somebody", password="p@ss").post(a_letter(), TO)
    assert type(no.value) is MailNotSent, "nothing is wrong with whom the mail goes to"


# What the log hears


@pytest.mark.parametrize("step", STEPS)
def test_the_log_hears_that_mail_fails_and_no_address_word_or_password(step, caplog):
    for does in (says("550 meera@therapist.example unknown, kanarievogel"), hangs_up):
        with MailHost(step, does, offers="AUTH PLAIN") as host, pytest.raises(MailNotSent):
            box(host, user="kanarievogel", password="kanarievogel").post(a_letter("kanarievogel"), TO)
    assert len(caplog.records) == 2
    assert "kanarie" not in caplog.text and "@" not in caplog.text
    assert "secret" not in repr(mail.MailHost(FROM, "h", 1, "u", "secret"))


# Settings


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtps://u%40x:p%2Fw@mail.example", ("mail.example", 465, "u@x", "p/w", True)),
        ("smtp://mail.example", ("mail.example", 587, "", "", False)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False)),
    ],
)
def test_the_address_of_a_mail_host_says_all(url, told, tmp_path):
    got = mail.postbox({"MAIL_URL": url, "MAIL_FROM": FROM, "INSTANCE": tmp_path, "ENV": "production"})
    assert (got.host, got.port, got.user, got.password, got.tls) == told


def test_without_a_mail_host_the_demo_writes_files_and_another_house_sends_nothing(tmp_path):
    told = {"MAIL_URL": "", "MAIL_FROM": FROM, "INSTANCE": tmp_path, "ENV": "demo"}
    mail.postbox(told).post(a_letter("Grüße, سلام"), TO)
    (file,) = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=policy.default).get_content().split() == ["Grüße,", "سلام"]
    assert mail.postbox({**told, "ENV": "production"}) is None


def test_nobody_else_on_the_machine_reads_the_mails_of_a_demo(tmp_path):
    (tmp_path / "mail").mkdir(mode=0o755)
    told = {"MAIL_URL": "", "MAIL_FROM": FROM, "INSTANCE": tmp_path, "ENV": "demo"}
    mail.postbox(told).post(a_letter(), TO)
    (file,) = (tmp_path / "mail").iterdir()
    assert [oct(path.stat().st_mode & 0o777) for path in (tmp_path / "mail", file)] == ["0o700", "0o600"]


def test_a_demo_whose_folder_takes_nothing_says_so(tmp_path):
    (tmp_path / "mail").write_text("in the way")
    told = {"MAIL_URL": "", "MAIL_FROM": FROM, "INSTANCE": tmp_path, "ENV": "demo"}
    with pytest.raises(MailNotSent):
        mail.postbox(told).post(a_letter(), TO)


@pytest.mark.parametrize(
    "told",
    [
        {"MAIL_URL": "mail.example"},
        {"MAIL_URL": "http://mail.example"},
        {"MAIL_URL": "smtp://"},
        {"MAIL_URL": "smtp://mail.example:port"},
        {"MAIL_URL": "smtp://mail.example:99999"},
        {"MAIL_FROM": "nobody"},
        {"MAIL_FROM": "Some Body <a@b.example>"},
        {"MAIL_FROM": "a@b.example\r\nBcc: c@d.example"},
        {"REDIS_URL": "localhost:6379"},
        {"WORKERS": "many"},
        {"LIMITS": "perhaps"},
    ],
)
def test_settings_that_no_mail_could_go_by_are_refused(told):
    (name,) = told
    with pytest.raises(ConfigError, match=f"HOLDSPACE_{name}"):
        config.read({f"HOLDSPACE_{name}": told[name]})
