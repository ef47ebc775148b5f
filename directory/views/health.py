"""For machines: is the process alive, is the house ready, and what may be read by robots."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for

from directory import profiles
from directory.house import house
from directory.views.asking import today

bp = Blueprint("health", __name__)
ROBOTS_OUT = ("/search/", "/questions", "/matches/", "/shortlist", "/account/", "/my/", "/api/")
KNOWN_FOR_DAYS = 300


@bp.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database and index answer.

    Without an index the house still serves, from the database: that is "degraded", not down.
    """
    try:
        listings = profiles.count(today())
    except Exception as error:
        return jsonify(status="down", database=type(error).__name__), 503
    broken = house().index.status().problem is not None
    told = {"status": "degraded", "index": "unavailable"} if broken else {"status": "ok", "index": "ok"}
    return jsonify(**told, database="ok", listings=listings), 200


@bp.get("/robots.txt")
def robots() -> Response:
    """What search engines may read: public pages only."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ROBOTS_OUT)]
    lines.append(f"Sitemap: {current_app.config['BASE_URL']}{url_for('health.sitemap')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page and every listing that may be shown today."""
    the_house, base = house(), current_app.config["BASE_URL"]
    pages = [
        url_for(name) for name in ("search.home", "search.listing", "learn.index", "learn.about", "learn.help_now")
    ]
    pages += [url_for("learn.page", slug=page.slug) for page in the_house.library.pages()]
    for door, group in (("concern", "concerns"), ("approach", "approaches"), ("community", "communities")):
        pages += [url_for("search.topic", door=door, slug=t.slug) for t in the_house.vocabulary.terms(group)]
    people = profiles.recent(today())
    body = render_template("sitemap.xml", base=base, pages=pages, people=people)
    return Response(body, mimetype="application/xml")


@bp.get("/.well-known/security.txt")
def security() -> Response:
    """Where to report a weakness (RFC 9116)."""
    expires = (today() + timedelta(days=KNOWN_FOR_DAYS)).isoformat()
    contact, base = current_app.config["CONTACT"], current_app.config["BASE_URL"]
    lines = [f"Contact: mailto:{contact}", f"Expires: {expires}T00:00:00Z", "Preferred-Languages: en"]
    lines.append(f"Canonical: {base}/.well-known/security.txt")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
