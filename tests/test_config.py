"""The settings: every problem at once, no unsafe default in production, a secret that only its owner reads."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from directory import config, create_app
from directory.errors import ConfigError

SAFE = {
    "HOLDSPACE_ENV": "production",
    "HOLDSPACE_SECRET_KEYS": "a-new-secret-of-thirty-two-letters,an-old-secret-of-thirty-two-letters",
    "HOLDSPACE_DATABASE_URL": "postgresql://holdspace@localhost/holdspace",
    "HOLDSPACE_BASE_URL": "https://therapists.example",
    "HOLDSPACE_HOSTS": "therapists.example, www.therapists.example",
    "HOLDSPACE_KEPT_BY": "an example association",
    "HOLDSPACE_CONTACT": "weakness@therapists.example",
}
REQUIRED = sorted(set(SAFE) - {"HOLDSPACE_ENV"})


def problems(environment: dict[str, str]) -> list[str]:
    """What is wrong with these settings, a sentence each."""
    try:
        config.read(environment)
    except ConfigError as error:
        return str(error).splitlines()
    return []


def test_nothing_set_at_all_is_the_demo(tmp_path):
    values = config.read({})
    assert values["ENV"] == "demo"
    assert values["HOSTS"] == ("localhost", "127.0.0.1")
    assert config.for_flask({**values, "INSTANCE": tmp_path})["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")


def test_a_safe_production_is_accepted():
    values = config.read(SAFE)
    assert values["HOSTS"] == ("therapists.example", "www.therapists.example")
    assert len(values["SECRET_KEYS"]) == 2


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("told", [None, ""])
def test_production_refuses_every_default_that_is_not_safe(name, told):
    settings = {key: value for key, value in SAFE.items() if key != name}
    if told is not None:
        settings[name] = told
    assert any(line.startswith(name) for line in problems(settings))


@pytest.mark.parametrize("name", ["HOLDSPACE_SECRET_KEYS", "HOLDSPACE_HOSTS"])
def test_a_list_with_nothing_in_it_is_not_set(name):
    assert any(line.startswith(name) for line in problems({**SAFE, name: " , "}))


def test_every_required_setting_is_tested_above():
    assert REQUIRED == sorted(setting.environment for setting in config.SETTINGS if setting.required)


WRONG = {
    "HOLDSPACE_ENV": "staging",
    "HOLDSPACE_SECRET_KEYS": "too short",
    "HOLDSPACE_DATABASE_URL": "mysql://somewhere",
    "HOLDSPACE_PROXIES": "two",
    "HOLDSPACE_FOLLOW": "perhaps",
    "HOLDSPACE_LEAVE_URL": "javascript://example.org/",
    "HOLDSPACE_COUNTRIES": "England",
    "HOLDSPACE_SEEDS": "/no/such/folder",
    "HOLDSPACE_VOCABULARY": "/no/such/folder/either",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_its_setting(name):
    found = problems({name: WRONG[name]})
    assert len(found) == 1 and name in found[0], found


@pytest.mark.parametrize("address", ["http://[x", "https://[::1", "http:///x", "", "example.org"])
def test_an_address_to_leave_to_that_no_browser_could_open_is_refused(address):
    assert any("HOLDSPACE_LEAVE_URL" in line for line in problems({"HOLDSPACE_LEAVE_URL": address}))


@pytest.mark.parametrize("address", ["http://[x", "sqlite//x", "://"])
def test_a_database_that_cannot_be_read_is_named_with_its_setting(address):
    assert any("HOLDSPACE_DATABASE_URL" in line for line in problems({"HOLDSPACE_DATABASE_URL": address}))


@pytest.mark.parametrize("countries", ["", " , ", "gb", "GBR", "GB,England", "GB;IE"])
def test_countries_are_two_capital_letters_each_and_at_least_one(countries):
    assert any("HOLDSPACE_COUNTRIES" in line for line in problems({"HOLDSPACE_COUNTRIES": countries}))


def test_a_house_serves_no_country_that_its_seeds_do_not_know(tmp_path):
    with pytest.raises(ConfigError, match="HOLDSPACE_COUNTRIES: UK, XX"):
        create_app({"INSTANCE": tmp_path, "PREPARE": None, "COUNTRIES": ("GB", "UK", "XX")})


def test_all_problems_are_told_at_once():
    found = "\n".join(problems(WRONG))
    assert [name for name in WRONG if name not in found] == []


def test_production_tells_all_that_is_missing_at_once():
    found = "\n".join(problems({"HOLDSPACE_ENV": "production"}))
    assert [name for name in REQUIRED if name not in found] == []


@pytest.mark.parametrize("address", ["http://therapists.example", "https://", "therapists.example", "ftp://x.example"])
def test_production_is_reached_by_https_only(address):
    assert any("HOLDSPACE_BASE_URL" in line for line in problems({**SAFE, "HOLDSPACE_BASE_URL": address}))


def test_postgresql_without_its_driver_is_a_sentence_that_says_how_to_get_it(monkeypatch):
    assert not problems(SAFE)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    (told,) = problems(SAFE)
    assert "HOLDSPACE_DATABASE_URL" in told and "pip install 'psycopg[binary]" in told
    assert not problems({**SAFE, "HOLDSPACE_DATABASE_URL": "sqlite:////var/lib/holdspace.sqlite3"})


def test_the_driver_of_postgresql_stands_in_the_lock():
    assert f"\n{config.DRIVER}==" in (config.ROOT / "requirements.lock").read_text()


def test_one_short_secret_among_long_ones_is_refused():
    keys = f"{'k' * config.MIN_SECRET},{'k' * (config.MIN_SECRET - 1)}"
    assert problems({"HOLDSPACE_SECRET_KEYS": keys})
    assert not problems({"HOLDSPACE_SECRET_KEYS": "k" * config.MIN_SECRET})


@pytest.mark.parametrize("number", ["-1", "1.5", "٣", ""])
def test_a_number_of_proxies_is_a_whole_number(number):
    assert any("HOLDSPACE_PROXIES" in line for line in problems({"HOLDSPACE_PROXIES": number}))


def test_a_setting_of_the_environment_can_be_replaced_by_a_test():
    assert config.read({"HOLDSPACE_KEPT_BY": "one"}, {"KEPT_BY": "two", "TESTING": True})["KEPT_BY"] == "two"


def test_a_house_with_unusable_settings_is_never_opened(tmp_path):
    with pytest.raises(ConfigError, match="HOLDSPACE_ENV"):
        create_app({"INSTANCE": tmp_path / "instance", "ENV": "staging"})
    assert not (tmp_path / "instance").exists()


def test_the_demo_makes_its_secret_once_and_only_its_owner_may_read_it(tmp_path):
    secret = config.demo_secret(tmp_path / "instance")
    file = tmp_path / "instance" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(secret) >= config.MIN_SECRET
    assert config.demo_secret(tmp_path / "instance") == secret
    assert config.demo_secret(tmp_path / "other") != secret


def test_of_many_first_starts_at_once_all_read_the_same_secret(tmp_path):
    with ThreadPoolExecutor(16) as starts:
        for round_ in range(20):
            folder = tmp_path / str(round_)
            told = set(starts.map(lambda _start, folder=folder: config.demo_secret(folder), range(16)))
            assert len(told) == 1 and len(told.pop()) >= config.MIN_SECRET
            assert [file.name for file in folder.iterdir()] == ["secret"]


def test_a_first_start_that_was_broken_off_leaves_no_empty_secret(tmp_path, monkeypatch):
    with monkeypatch.context() as broken_off, pytest.raises(KeyboardInterrupt):
        broken_off.setattr("directory.config.secrets.token_urlsafe", raise_interrupt)
        config.demo_secret(tmp_path)
    assert len(config.demo_secret(tmp_path)) >= config.MIN_SECRET


def raise_interrupt(*_told: object) -> str:
    raise KeyboardInterrupt


def test_production_has_no_demo_secret(tmp_path):
    config.for_flask(config.read({**SAFE, "HOLDSPACE_INSTANCE": str(tmp_path)}))
    assert not (tmp_path / "secret").exists()


def test_cookies_are_for_this_host_over_https_alone_in_production(tmp_path):
    safe = config.for_flask(config.read(SAFE))
    assert safe["SESSION_COOKIE_NAME"].startswith("__Host-") and safe["SESSION_COOKIE_SECURE"]
    demo = config.for_flask(config.read({"HOLDSPACE_INSTANCE": str(tmp_path)}))
    assert not demo["SESSION_COOKIE_SECURE"], "the demo is http on this machine"
    for values in (safe, demo):
        assert values["SESSION_COOKIE_HTTPONLY"] and values["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_what_was_typed_never_stands_in_a_message_of_the_database(tmp_path):
    assert config.for_flask(config.read(SAFE))["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"]


def test_every_setting_says_what_it_is_for():
    assert all(setting.about and not setting.about.endswith(".") for setting in config.SETTINGS)
