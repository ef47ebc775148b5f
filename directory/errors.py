"""The named failures, and the page each becomes. Rooms below the views raise these and know no status codes."""

import logging
from http import HTTPStatus

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

log = logging.getLogger("holdspace")

PAGES = (400, 403, 404, 405, 410, 413, 422, 429, 500, 503)
PLAIN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title>'
    "<h1>Something went wrong on our side</h1><p>Nothing you wrote was kept. Try again in a moment, or go "
    '<a href="/">back to the start</a>. If you are in danger, call your local emergency number.</p></html>'
)


class HoldspaceError(Exception):
    """Anything this house refuses; ``status`` is the page it becomes at the edge."""

    status = 500


class ConfigError(HoldspaceError):
    """The settings cannot be used. The message lists every problem at once."""


class DatabaseSilent(HoldspaceError):
    """The database does not answer. The message says why."""

    status = 503


class TablesUnfit(HoldspaceError):
    """The database's tables are not those of this version. The message says what to do."""

    status = 503


class ProfileNotFound(HoldspaceError):
    """No listing with this id that may be shown today."""

    status = 404


class NotYours(HoldspaceError):
    """The signed-in account keeps no listing, or another one."""

    status = 403


class EditedMeanwhile(HoldspaceError):
    """Another tab saved this section after this form was opened."""

    status = 409


class LinkExpired(HoldspaceError):
    """A sealed link after its time."""

    status = 410


class LinkAltered(HoldspaceError):
    """A sealed link that was cut, changed, or made for another purpose or house."""

    status = 410


class TooLong(HoldspaceError):
    """A text over the limit; refused before anything reads it."""

    status = 422


class ForeignPost(HoldspaceError):
    """A form sent from another site (see protection)."""

    status = 403


def page(status: int, **told: object) -> tuple[str, int]:
    """The friendly page for ``status``, rendered without database, session or account."""
    name = status if status in PAGES else (400 if status < 500 else 500)
    try:
        return render_template(f"errors/{name}.html", **told), status
    except Exception as error:
        log.error("The page for status %s could not be rendered: %s", status, type(error).__name__)
        return PLAIN, status


def as_json(status: int) -> Response:
    """The same refusal for a program that asked for JSON."""
    body = {"error": HTTPStatus(status).phrase, "status": status}
    return Response(json.dumps(body), status, mimetype="application/json")


def answer(status: int, **told: object) -> Response | tuple[str, int]:
    """A page for people, JSON under /api/."""
    return as_json(status) if request.path.startswith("/api/") else page(status, **told)


def register(app: Flask) -> None:
    """Teach the app to answer every failure with its page."""

    @app.errorhandler(HoldspaceError)
    def refused(error: HoldspaceError) -> Response | tuple[str, int]:
        return answer(error.status, reason=type(error).__name__)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        answered = app.make_response(answer(status, reason=error.name))
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                answered.headers[name] = value
        return answered

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response | tuple[str, int]:
        log.error("%s in %s", type(error).__name__, request.url_rule)
        return answer(500)
