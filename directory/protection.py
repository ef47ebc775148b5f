"""What every request and response passes: origins, limits, headers, the log line and the mark of a writing view."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

from directory import errors
from directory.errors import ForeignPost
from directory.limits import Limits, network

log = logging.getLogger("holdspace.requests")
View = TypeVar("View", bound=Callable[..., object])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "security.login"
WRITING_ENDPOINTS = frozenset({SIGN_IN, "security.logout"})
# The blueprints whose posts are counted, each with the name of its limit (see limits).
COUNTED = {
    "search": "search",
    "shortlist": "search",
    "readiness": "questions",
    "contacting": "questions",
    "suggesting": "suggestions",
    "api": "programs",
}
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000; includeSubDomains"


def writes(view: View) -> View:
    """Mark a view whose unsafe requests write to the database; every other request is read-only (see db)."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def _note_writer() -> None:
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    g.started = time.perf_counter()
    g.writes = endpoint in WRITING_ENDPOINTS or bool(getattr(view, "writes", False))


def _own_hosts() -> set[str]:
    return {host.split(":")[0] for host in current_app.config["HOSTS"]}


def _is_foreign(origin: str) -> bool:
    """Does this Origin name another house? One that cannot be read does."""
    try:
        return urlsplit(origin).hostname not in _own_hosts()
    except ValueError:
        return True


def _refuse_foreign_posts() -> None:
    """Refuse an unsafe request that another site sent (docs/decisions/0009). ``Origin: null`` proves nothing."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"cross-site", "same-site"}:
        raise ForeignPost
    origin = request.headers.get("Origin")
    if site is None and origin not in (None, "null") and _is_foreign(origin):
        raise ForeignPost


def limits() -> Limits:
    """Who counts for the running app."""
    counting: Limits = current_app.extensions["holdspace.limits"]
    return counting


def place() -> str:
    """Whence this request comes, as limits count it. Only a proxy of our own is believed (see create_app)."""
    return network(request.remote_addr or "")


def _limit() -> str:
    """The limit that this request takes a turn of: posts of somebody looking, and leafing through people."""
    if request.method not in SAFE_METHODS:
        return COUNTED.get(request.blueprint or "", "")
    return "paging" if request.blueprint == "search" and "page" in request.args else ""


def _refuse_too_many() -> Response | None:
    """Ask for a pause, with what was typed kept in the page, when one place asks more often than a limit allows."""
    name = _limit()
    wait_s = limits().take(name, place()) if name else 0
    return too_often(wait_s, request.form.items(multi=True)) if wait_s else None


def _guesser() -> tuple[str, str]:
    """Who failing sign-ins are counted for: the place, and the account."""
    told = request.get_json(silent=True) if request.is_json else request.form
    email = str(told.get("email", "")) if isinstance(told, Mapping) else ""
    return place(), f"account {email.strip().lower()}"


def _refuse_guessing() -> Response | None:
    """Ten wrong passwords in ten minutes, from one place or for one account, and the next isn't looked at."""
    if request.endpoint != SIGN_IN or request.method in SAFE_METHODS:
        return None
    g.guesser = _guesser()
    wait_s = max(limits().wait("sign-in", who) for who in g.guesser)
    return too_often(wait_s) if wait_s else None


def _count_guess(response: Response) -> Response:
    """A sign-in that leads nowhere was a wrong one."""
    if response.status_code not in (302, 429):
        for who in g.get("guesser", ()):
            limits().take("sign-in", who)
    return response


def too_often(wait_s: int, kept: Iterable[tuple[str, str]] = ()) -> Response:
    """The page that asks for a pause. ``kept`` are the fields of a form, which the page can send again."""
    answered = current_app.make_response(errors.answer(429, kept=tuple(kept)))
    answered.headers["Retry-After"] = str(wait_s)
    return answered


def _refuse_nul() -> None:
    """There is no page with a NUL in its address, and neither files nor databases can be asked for one."""
    if "\0" in request.path:
        abort(404)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint == "static" and response.status_code == 200 and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    view_args = request.view_args or {}
    if (
        "sealed" in view_args
        or request.path.startswith(("/account", "/my", "/questions"))
        or response.status_code >= 400
    ):
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    return response


def _log_line(response: Response) -> Response:
    """Method, route rule, status, milliseconds, bytes: never the path, the query, an address or a browser's name."""
    ms = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    rule = request.url_rule.rule if request.url_rule else "-"
    size = response.content_length if response.content_length is not None else "-"
    log.info("%s %s %s %.1f %s", request.method, rule, response.status_code, ms, size)
    return response


@lru_cache(maxsize=64)
def fingerprint(file: Path, changed_ns: int) -> str:
    """A short hash of a static file's content, so that browsers may keep it for good."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """The address of a static file with its fingerprint."""
    file = Path(current_app.static_folder or "") / name
    return f"{current_app.static_url_path}/{name}?v={fingerprint(file, file.stat().st_mtime_ns)}"


def register(app: Flask) -> None:
    """Hang all of it on the app. Runs before any other room's hooks."""
    told = {"on": app.config["LIMITS"], "workers": app.config["WORKERS"], "redis_url": app.config["REDIS_URL"]}
    app.extensions["holdspace.limits"] = Limits(**told)
    app.before_request(_note_writer)
    app.before_request(_refuse_foreign_posts)
    app.before_request(_refuse_nul)
    app.before_request(_refuse_too_many)
    app.before_request(_refuse_guessing)
    app.after_request(_log_line)
    app.after_request(_add_headers)
    app.after_request(_count_guess)
    app.jinja_env.globals["static"] = static
