"""How often one place may ask: exact counting, a page that keeps what was typed, and nobody's address anywhere."""

import random
import re
import shutil
import socket
import threading
import time
from collections import deque

import pytest
from redis_server import server
from routes import step_url
from visitor import Visitor

from directory import config
from directory.limits import LIMITS, Limits, network
from directory.limits.counting import MOST_SIGNS, InMemory, Limit
from directory.limits.in_redis import Away, InRedis
from directory.limits.sending import Sending, State
from tests.opening import open_house, sign_in

HERE, THERE = "203.0.113.7", "203.0.113.8"


class Clock:
    """A clock that tests put forward."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(planted, tmp_path, clock):
    """A small house with limits on, and a clock of the test's own."""
    return limited(planted, tmp_path, clock)


def limited(planted, tmp_path, clock, **settings):
    """A house with limits on, over a copy of the planted one."""
    shutil.copytree(planted / "instance", tmp_path / "instance", dirs_exist_ok=True)
    app = open_house(tmp_path / "instance", SEEDS=planted / "seeds", LIMITS=True, **settings)
    app.extensions["holdspace.limits"] = Limits(clock=clock)
    return app


# Counting


def test_never_more_turns_in_any_window_than_allowed_and_never_fewer(clock):
    counter, limit, taken, chance = InMemory(clock), Limit(5, 10), deque(), random.Random(7)
    for _ in range(3000):
        clock.now += chance.choice((0.1, 0.5, 1.0, 4.0))
        while taken and taken[0] <= clock.now - limit.seconds:
            taken.popleft()
        free, wait_s = len(taken) < limit.most, counter.turn("one", limit, take=True)
        assert (wait_s == 0) == free
        if free:
            taken.append(clock.now)
        else:
            assert wait_s == pytest.approx(taken[0] + limit.seconds - clock.now)


def test_waiting_as_long_as_told_is_enough_and_no_shorter(clock):
    limits = Limits(clock=clock)
    for _ in range(LIMITS["messages"].most):
        assert limits.take("messages", HERE) == 0
    wait_s = limits.take("messages", HERE)
    assert 0 < wait_s <= LIMITS["messages"].seconds
    clock.now += wait_s - 1
    assert limits.wait("messages", HERE) == 1
    clock.now += 1
    assert limits.take("messages", HERE) == 0


def test_one_place_waits_and_another_does_not(clock):
    limits = Limits(clock=clock)
    while not limits.take("search", HERE):
        pass
    assert limits.take("search", THERE) == 0 and limits.take("questions", HERE) == 0


def test_a_hundred_threads_get_exactly_what_is_allowed():
    limits, got = Limits(), []
    threads = [threading.Thread(target=lambda: got.append(limits.take("messages", HERE))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0) == LIMITS["messages"].most


def test_what_is_over_is_let_go_and_a_flood_of_places_has_a_bound(clock, monkeypatch):
    counter, limit = InMemory(clock), Limit(3, 60)
    for number in range(500):
        counter.turn(f"sign {number}", limit, take=True)
    clock.now += 61
    for number in range(300):
        counter.turn(f"new {number}", limit, take=True)
    assert len(counter._taken[limit]) <= 300
    monkeypatch.setattr("directory.limits.counting.MOST_SIGNS", 100)
    for number in range(500):
        counter.turn(f"flood {number}", limit, take=True)
    assert len(counter._taken[limit]) <= 101 and MOST_SIGNS > 10_000


def test_without_redis_each_worker_allows_its_share(clock):
    workers = [Limits(workers=4, clock=clock) for _ in range(4)]
    got = sum(worker.take("search", HERE) == 0 for worker in workers for _ in range(100))
    assert got == LIMITS["search"].most
    assert Limits(workers=500, clock=clock).take("messages", HERE) == 0, "a share is one turn at the least"


def test_switched_off_they_allow_everything_but_doing_a_thing_twice(clock):
    limits = Limits(on=False, clock=clock)
    assert not any(limits.take("messages", HERE) for _ in range(100))
    assert limits.begin("ticket") and not limits.begin("ticket") and limits.begin("another")
    limits.undo("ticket")
    assert limits.begin("ticket") and not limits.is_done("ticket")
    limits.done("ticket")
    assert limits.is_done("ticket") and not limits.is_done("another")
    clock.now += 7200
    assert not limits.is_done("ticket")


def test_what_was_begun_and_never_ended_may_begin_again_in_a_minute(clock):
    limits = Limits(clock=clock)
    assert limits.begin("ticket")
    clock.now += 59
    assert not limits.begin("ticket")
    clock.now += 1
    assert limits.begin("ticket")


def test_one_turn_comes_back_and_not_all(clock):
    limits = Limits(clock=clock)
    limits.give_back("messages", HERE)
    for _ in range(LIMITS["messages"].most):
        limits.take("messages", HERE)
        clock.now += 1
    limits.give_back("messages", HERE)
    assert limits.take("messages", HERE) == 0 and limits.take("messages", HERE) > 0


def sending(limits, what="ticket", place=HERE):
    return Sending(limits, what, ("messages", place), ("messages to one therapist", "t"))


def test_what_is_sent_is_known_from_what_is_under_way_and_from_what_failed(clock):
    limits = Limits(clock=clock)
    first = sending(limits)
    assert [first.begin(), sending(limits).begin()] == [State.FREE, State.UNDER_WAY]
    first.failed(surely=True)
    assert [first.begin(), sending(limits).begin()] == [State.FREE, State.UNDER_WAY]
    first.went_out()
    assert sending(limits).begin() is State.SENT and sending(limits, "other words").begin() is State.FREE
    clock.now += 3600
    assert sending(limits).begin() is State.SENT


def test_a_sending_takes_all_its_turns_or_none(clock, monkeypatch):
    monkeypatch.setitem(LIMITS, "messages to one therapist", Limit(1, 60))
    limits = Limits(clock=clock)
    assert sending(limits).refused() == ("", 0)
    for _ in range(10):
        assert sending(limits, "another", THERE).refused() == ("messages to one therapist", 60)
    assert sending(limits, "another", THERE).begin() is State.FREE
    clock.now += 60
    for _ in range(LIMITS["messages"].most):
        assert sending(limits, "a third", THERE).refused() == ("", 0)
        clock.now += 60


def test_what_surely_failed_costs_no_turn_and_what_may_have_gone_out_does(clock):
    limits = Limits(clock=clock)
    for surely in [True] * 30 + [False] * LIMITS["messages"].most:
        one = sending(limits)
        assert one.refused() == ("", 0)
        one.failed(surely=surely)
    assert sending(limits).refused()[0] == "messages"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "nowhere"),
        ("somebody", "nowhere"),
    ],
)
def test_a_place_is_an_address_or_a_whole_64(address, place):
    assert network(address) == place


def test_signs_hold_no_address_and_are_made_anew_with_the_day(clock, monkeypatch):
    counter = InMemory(clock)
    limits = Limits(clock=clock)
    limits._here = counter
    limits.take("search", HERE)
    (sign,) = counter._taken[LIMITS["search"]]
    assert HERE not in sign and re.fullmatch("[0-9a-f]{24}", sign)
    salt = counter.salt("2026-11-20")
    assert counter.salt("2026-11-20") == salt and len(salt) >= 32
    assert counter.salt("2026-11-21") != salt and counter.salt("2026-11-20") != salt, "the old salt is gone"
    assert InMemory(clock).salt("2026-11-20") != counter.salt("2026-11-20"), "no two workers' signs go together"


# Redis


@pytest.fixture(scope="module")
def redis_server():
    with server() as running:
        yield running


@pytest.fixture
def shared(redis_server):
    """An empty Redis, running."""
    import redis

    if redis_server.process is None:
        redis_server.start()
    redis.Redis.from_url(redis_server.url).flushall()
    return redis_server


def test_workers_that_share_redis_share_the_limit(shared):
    workers = [Limits(workers=4, redis_url=shared.url) for _ in range(4)]
    got = [worker.take("messages", HERE) for _ in range(3) for worker in workers]
    assert got.count(0) == LIMITS["messages"].most
    waits = [wait_s for wait_s in got if wait_s]
    assert all(0 < wait_s <= LIMITS["messages"].seconds for wait_s in waits)
    workers[0].give_back("messages", HERE)
    assert [workers[1].take("messages", HERE) == 0 for _ in range(2)] == [True, False]
    assert workers[0].begin("ticket") and not workers[1].begin("ticket")
    workers[2].undo("ticket")
    assert workers[3].begin("ticket")
    workers[3].done("ticket")
    assert workers[0].is_done("ticket") and not workers[0].is_done("another")


def test_turns_come_back_in_redis_too(shared, monkeypatch):
    monkeypatch.setitem(LIMITS, "messages", Limit(2, 1))
    limits = Limits(redis_url=shared.url)
    assert [limits.take("messages", HERE) for _ in range(3)] == [0, 0, 1]
    assert limits.wait("messages", HERE) == 1
    time.sleep(1.05)
    assert limits.wait("messages", HERE) == 0 and limits.take("messages", HERE) == 0


def test_a_redis_that_forgets_the_salt_at_once_counts_nobody(shared, monkeypatch):
    counter = InRedis(shared.url)
    monkeypatch.setattr(counter._redis, "get", lambda _key: None)
    with pytest.raises(Away):
        counter.salt("2026-11-20")
    limits = Limits(redis_url=shared.url)
    limits._shared = counter
    assert [limits.take("messages", HERE) > 0 for _ in range(4)] == [False, False, False, True], "this worker counts"


def test_redis_holds_no_address_and_everything_in_it_ends(shared):
    import redis

    limits, asked = Limits(redis_url=shared.url), redis.Redis.from_url(shared.url)
    for name in LIMITS:
        limits.take(name, HERE)
    limits.begin("ticket")
    limits.done("ticket")
    keys = asked.keys("*")
    assert len(keys) == len(LIMITS) + 3, keys
    told = b" ".join([*keys, *(asked.dump(key) for key in keys)])
    assert HERE.encode() not in told and b"ticket" not in told
    assert all(0 < asked.ttl(key) <= 86_400 for key in keys)


def test_an_end_that_redis_never_heard_of_is_over_in_a_minute(shared):
    import redis

    limits, asked = Limits(redis_url=shared.url), redis.Redis.from_url(shared.url)
    assert limits.begin("ticket")
    (key,) = asked.keys("*")
    assert 50 < asked.ttl(key) <= 60


def test_while_redis_is_away_each_worker_counts_and_it_is_said_once(shared, clock, caplog):
    limits = Limits(redis_url=shared.url, clock=clock)
    limits.take("search", HERE)
    shared.stop()
    for _ in range(200):
        clock.now += 0.01
        limits.take("search", HERE)
    assert limits.take("search", HERE) > 0 and limits.take("search", THERE) == 0
    clock.now += 40
    limits.take("search", THERE)
    assert len(caplog.records) == 1 and "Redis doesn't answer" in caplog.text
    shared.start()
    clock.now += 40
    assert limits.take("search", THERE) == 0
    assert [record.message for record in caplog.records][1:] == ["Redis answers again."]
    assert HERE not in caplog.text


def test_a_redis_that_never_answers_costs_a_quarter_of_a_second_once(clock):
    pytest.importorskip("redis")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limits = Limits(redis_url=f"redis://127.0.0.1:{silent.getsockname()[1]}", clock=clock)
        started = time.monotonic()
        assert not any(limits.take("search", HERE) for _ in range(50))
        assert time.monotonic() - started < 2


# At the doors


def post(client, path, whence=HERE, **fields):
    return client.post(path, data=fields, environ_overrides={"REMOTE_ADDR": whence})


def until_paused(ask) -> int:
    """How many times something can be asked before the pause."""
    for number in range(150):
        if ask().status_code == 429:
            return number
    raise AssertionError("no pause in so many")


def test_a_search_too_many_gets_a_page_that_keeps_the_words_and_sends_them_again(house, clock):
    client = house.test_client()
    assert until_paused(lambda: post(client, "/search", text="grief")) == LIMITS["search"].most
    paused = post(client, "/search", text='I freeze "at work" & <b>home</b>\nevery day', sort="fee")
    assert paused.status_code == 429 and 0 < int(paused.headers["Retry-After"]) <= 60
    assert post(client, "/search", THERE, text="grief").status_code == 303
    visitor = Visitor(client)
    visitor._send("POST", "http://localhost/search", {"text": ["again and again"]})
    for _ in range(LIMITS["search"].most):
        post(client, "/search", "127.0.0.1", text="grief")
    visitor._send("POST", "http://localhost/search", {"text": ['I freeze "at work" & <b>home</b>'], "sort": ["fee"]})
    assert visitor.response.status_code == 429
    assert visitor.page.held("text") == ['I freeze "at work" & <b>home</b>'] and visitor.page.held("sort") == ["fee"]
    clock.now += 61
    visitor.press("Try again")
    assert visitor.response.status_code == 200 and visitor.path.startswith("/search/")


def test_the_questions_keep_their_answers_through_a_pause(house, clock):
    client = house.test_client()
    address = step_url(house, "now")

    def ask():
        return post(client, address, r0_now="hard")

    assert until_paused(ask) == LIMITS["questions"].most
    page = ask().get_data(as_text=True)
    assert '<input type="hidden" name="r0_now" value="hard">' in page
    assert "Set-Cookie" not in ask().headers
    clock.now += 61
    assert ask().status_code == 303


def test_a_program_is_asked_to_wait_in_json(house):
    client = house.test_client()

    def ask():
        return client.post("/api/v1/understand", json={"text": "x"}, environ_overrides={"REMOTE_ADDR": HERE})

    assert until_paused(ask) == LIMITS["programs"].most
    assert ask().is_json and ask().json["status"] == 429 and int(ask().headers["Retry-After"]) > 0


def test_leafing_is_limited_and_reading_is_not(house, monkeypatch):
    monkeypatch.setitem(LIMITS, "paging", Limit(5, 900))
    client = house.test_client()

    def turn(path):
        return client.open(path, environ_overrides={"REMOTE_ADDR": HERE})

    assert until_paused(lambda: turn("/therapists?page=2")) == LIMITS["paging"].most
    assert turn("/therapists").status_code == 200 and turn("/help-now").status_code == 200


def test_looking_for_help_is_never_limited(house):
    client = house.test_client()
    for _ in range(80):
        post(client, "/search", text="x")
    page = post(client, "/search", text="I want to die").get_data(as_text=True)
    assert "/help-now" in page and client.get("/help-now").status_code == 200


def test_the_demo_has_no_limits(few):
    client = few.test_client()
    assert all(post(client, "/search", text="grief").status_code == 303 for _ in range(70))


def guess(client, email="nobody@holdspace.example", whence=HERE):
    """One wrong sign-in."""
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    return post(client, "/account/sign-in", whence, email=email, password="not this one", csrf_token=token)


def test_the_eleventh_wrong_password_from_one_place_is_not_looked_at(house, clock):
    client = house.test_client()
    number = iter(range(1000))
    assert until_paused(lambda: guess(client, f"nobody{next(number)}@holdspace.example")) == 10
    paused = guess(client)
    assert int(paused.headers["Retry-After"]) <= 600 and "not this one" not in paused.get_data(as_text=True)
    assert guess(house.test_client(), whence=THERE).status_code == 200
    clock.now += 601
    assert guess(house.test_client()).status_code == 200


def test_the_eleventh_wrong_password_for_one_account_is_not_looked_at_from_anywhere(house, clock):
    places = iter(f"198.51.100.{n}" for n in range(200))
    names = iter([" Therapist@holdspace.example", "therapist@holdspace.example "] * 100)
    assert until_paused(lambda: guess(house.test_client(), next(names), next(places))) == 10
    assert sign_in(house.test_client()).status_code == 429, "not even the right one"
    clock.now += 601
    assert sign_in(house.test_client()).status_code == 302, "and nobody is locked out for good"


def test_right_passwords_are_not_counted(house):
    assert all(sign_in(house.test_client()).status_code == 302 for _ in range(11))


def test_a_body_too_large_at_the_sign_in_is_refused_as_such(house):
    assert post(house.test_client(), "/account/sign-in", email="a" * 70_000).status_code == 413


def test_who_says_that_they_are_forwarded_is_believed_only_by_our_own_proxies(planted, tmp_path, clock):
    def ask_as(app, number):
        told = {"X-Forwarded-For": f"198.51.100.{number}"}
        client = app.test_client()
        return client.post("/search", data={"text": "x"}, headers=told, environ_overrides={"REMOTE_ADDR": HERE})

    alone = limited(planted, tmp_path, clock)
    numbers = iter(range(250))
    assert until_paused(lambda: ask_as(alone, next(numbers))) == LIMITS["search"].most
    behind = limited(planted, tmp_path, clock, PROXIES=1)
    assert all(ask_as(behind, number).status_code == 303 for number in range(LIMITS["search"].most + 10))
    assert until_paused(lambda: ask_as(behind, 250)) == LIMITS["search"].most


def test_production_has_limits_and_the_demo_has_none():
    told = {"HOLDSPACE_SECRET_KEYS": "k" * 32, "HOLDSPACE_DATABASE_URL": "sqlite:///x", "HOLDSPACE_ENV": "production"}
    told |= {"HOLDSPACE_BASE_URL": "https://x.example", "HOLDSPACE_HOSTS": "x.example", "HOLDSPACE_KEPT_BY": "us"}
    told |= {"HOLDSPACE_CONTACT": "a@x.example", "HOLDSPACE_MAIL_FROM": "b@x.example"}
    assert config.for_flask(config.read(told))["LIMITS"] is True
    assert config.for_flask(config.read({**told, "HOLDSPACE_LIMITS": "no"}))["LIMITS"] is False
    assert config.for_flask(config.read({}, {"SECRET_KEYS": ("k" * 32,)}))["LIMITS"] is False
