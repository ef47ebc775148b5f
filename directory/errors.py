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

TO_PROGRAMS = {
    400: 'The body isn’t a JSON object. Send Content-Type: application/json and an object such as {"text": "grief"}.',
    403: "This came from another site’s page. Ask from a program, or from this house’s own pages.",
    404: "There is nothing at this address. /api/openapi.json says what there is.",
    405: "This address takes other methods; the Allow header names them.",
    413: "The body is too large. A text has at most 4,000 letters.",
    422: "Some fields can’t be used; problems says which and why.",
    429: "That was too often. Wait as long as Retry-After says.",
    500: "Something went wrong on our side. Nothing that you sent was kept.",
    503: "The directory can’t answer just now. Try again in a moment.",
}


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


class MailNotSent(HoldspaceError):
    """The mail host can't be reached, or takes nothing just now. The mail did not go out."""

    status = 503


class MailRefused(MailNotSent):
    """The mail host said no for good. The mail did not go out."""

    status = 502


class MailUnsure(MailNotSent):
    """The mail host fell silent after it had the whole mail. It may have gone out."""

    status = 504


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


def as_json(status: int, problems: object = None) -> Response:
    """The same refusal for a program: a sentence, and per field what is wrong with it."""
    body = {"error": TO_PROGRAMS.get(status, HTTPStatus(status).phrase), "status": status}
    return Response(
        json.dumps(body | ({"problems": problems} if problems else {})), status, mimetype="application/json"
    )


def answer(status: int, problems: object = None, **told: object) -> Response | tuple[str, int]:
    """A page for people, JSON under /api/."""
    return as_json(status, problems) if request.path.startswith("/api/") else page(status, **told)


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
        problems = getattr(error, "data", {}).get("messages", {}).get("json")
        answered = app.make_response(answer(status, problems, reason=error.name))
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                answered.headers[name] = value
        return answered

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response | tuple[str, int]:
        log.error("%s in %s", type(error).__name__, request.url_rule)
        return answer(500)
