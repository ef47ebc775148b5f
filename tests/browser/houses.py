"""Houses that tests open: the ordinary one, one in a language that nobody speaks, and another site beside them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server

from search_index.errors import IndexUnavailable
from tests.browser import people, pseudo, states
from tests.opening import open_house, sign_in


@dataclass
class Elsewhere:
    """Another site, as “Leave this site” or a booking link opens: it remembers what it heard of whence people came."""

    address: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, environ, start_response):
        self.heard.append({"path": environ["PATH_INFO"], "referer": environ.get("HTTP_REFERER", "")})
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [b"<!doctype html><title>Weather</title><h1>Weather</h1>"]


@contextmanager
def served(app) -> Iterator[str]:
    """Listen on a free port of 127.0.0.1 while the block runs; gives the address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


class House:
    """One house: its app, its address while it listens, and a client without a browser for each account."""

    def __init__(self, app: Flask) -> None:
        self.app, self.address = app, ""
        self._clients: dict[str, FlaskClient] = {}

    def client(self, who: str = "") -> FlaskClient:
        """A client of a seeker (""), or one that is signed in."""
        if who not in self._clients:
            self._clients[who] = self.app.test_client()
            if who:
                assert sign_in(self._clients[who], people.ADDRESS.format(who)).status_code == 302
        return self._clients[who]

    @contextmanager
    def standing(self, state: states.State) -> Iterator[None]:
        """The house as this state needs it."""
        index = self.app.extensions["holdspace"].index
        if state.without_index:
            index.search = _unavailable
        try:
            yield
        finally:
            vars(index).pop("search", None)

    def html(self, state: states.State) -> str:
        """The page of a state, fetched without a browser; its status is the state's."""
        with self.standing(state):
            response = states.fetched(self.client(state.who), state)
        assert response.status_code == state.status, (state.name, response.status_code)
        return response.get_data(as_text=True)


def _unavailable(_query: object) -> None:
    raise IndexUnavailable("on purpose")


def plain_house(folder: Path, **settings: object) -> House:
    """A house over an instance folder, with an address for every failure."""
    app = open_house(folder, **settings)
    states.add_failing_pages(app)
    return House(app)


def mirrored_house(folder: Path, **settings: object) -> House:
    """A house over ``folder/instance`` that speaks the language of ``pseudo``."""
    return plain_house(folder / "instance", **pseudo.write(folder / "translations"), **settings)
