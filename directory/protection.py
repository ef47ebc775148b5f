"""What every request and response passes through: origins, headers, the log line and the mark of a writing view."""

import hashlib
import logging
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

from directory.errors import ForeignPost

log = logging.getLogger("holdspace.requests")
View = TypeVar("View", bound=Callable[..., object])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRITING_ENDPOINTS = frozenset({"security.login", "security.logout"})
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
    app.before_request(_note_writer)
    app.before_request(_refuse_foreign_posts)
    app.before_request(_refuse_nul)
    app.after_request(_log_line)
    app.after_request(_add_headers)
    app.jinja_env.globals["static"] = static
