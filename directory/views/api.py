"""For programs: what somebody's own words mean. Nothing that is sent here is kept."""

from flask import Blueprint, Response, jsonify, request

from directory.errors import TooLong
from directory.forms.seeker import MAX_TEXT
from directory.house import house

bp = Blueprint("api", __name__, url_prefix="/api/v1")


def _sent() -> object:
    """The JSON that was sent; None for what isn't JSON, or is nested deeper than any that means something."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


@bp.post("/understand")
def understand() -> tuple[Response, int] | Response:
    """``{"text": "..."}`` -> ranked concerns (at most 12), filters, a spelling or null, and whether it is urgent."""
    body = _sent()
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str):
        return jsonify(error='Send JSON such as {"text": "I freeze when I get feedback"}.', status=400), 400
    if len(text) > MAX_TEXT:
        raise TooLong
    told = house().understand(text)
    concerns = [
        {"slug": c.slug, "label": c.label, "score": round(c.score, 3), "confident": c.confident} for c in told.concerns
    ]
    return jsonify(
        concerns=concerns,
        filters=dict(told.filters),
        more=dict(told.more),
        did_you_mean=told.did_you_mean,
        urgent=told.urgent,
    )
