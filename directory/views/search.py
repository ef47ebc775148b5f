"""The first door: the box, the filters, the people found, one person's own page, and a page for every topic."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory import profiles
from directory.errors import LinkAltered, LinkExpired, ProfileNotFound
from directory.forms.seeker import MAX_PAGE, AskForm
from directory.house import house
from directory.views import finding, person, saving, shown
from directory.views.asking import Asked, from_token, today
from directory.views.facets import boxes, facet_id
from directory.views.narrowing import from_address, from_form
from directory.views.understanding import exactly, understood

bp = Blueprint("search", __name__)
bp.add_app_template_global(boxes)
SEE_OTHER = 303
ID_LENGTH = 10
WHERE = frozenset({"country", "region"})
DOORS = {"concern": "concerns", "approach": "approaches", "community": "communities"}


def _home(form: AskForm, status: int = 200) -> tuple[str, int]:
    return render_template("search/home.html", form=form), status


@bp.get("/")
def home() -> tuple[str, int]:
    """One box, and a second door to the questionnaire."""
    return _home(AskForm())


@bp.post("/search")
def ask() -> tuple[str, int] | Response:
    """Words typed at home, or filters chosen on a readable page: both come back as a link."""
    form = AskForm(request.form)
    if not form.validate():
        return _home(form, 422)
    typed = (form.text.data or "").strip()
    asked = understood(typed) if typed else from_form(request.form)
    return redirect(asked.link(), SEE_OTHER)


@bp.get("/therapists")
def listing() -> str:
    """Everybody, narrowed by what may stand readable in an address."""
    return _results(from_address(request.args))


@bp.post("/therapists")
def narrow() -> Response:
    """Filters chosen, or somebody saved, on the readable page."""
    base = from_address(request.args)
    if saving.pressed(request.form):
        return _with_list(base)
    return _narrowed(from_form(request.form, base=base))


@bp.get("/search/<sealed>")
def found(sealed: str) -> str:
    """The people for a sealed question."""
    return _results(_opened(sealed))


def _opened(sealed: str) -> Asked:
    return from_token(sealed, page=request.args.get("page", 1, type=int))


@bp.post("/search/<sealed>")
def narrow_found(sealed: str) -> tuple[str, int] | Response:
    """Filters chosen, a chip taken away, somebody saved, other words, or the same words read otherwise."""
    base = _opened(sealed)
    if saving.pressed(request.form):
        return _with_list(base)
    if "exact" in request.form:
        again = exactly(base) if request.form["exact"] == "yes" else _retold(base.typed, base)
        return redirect(again.link(), SEE_OTHER)
    if "text" not in request.form:
        return _narrowed(from_form(request.form, base=base))
    form = AskForm(request.form)
    if not form.validate():
        return _home(form, 422)
    return redirect(_retold((form.text.data or "").strip(), base).link(), SEE_OTHER)


def _retold(typed: str, base: Asked) -> Asked:
    """The question in other words: what they say takes the place of what the old ones said, what was chosen stays."""
    asked, chosen = understood(typed) if typed else Asked(), base.by_hand()
    placed = asked.near or WHERE & {*asked.filters}
    stays = {group: values for group, values in chosen.filters.items() if not (placed and group in WHERE)}
    near, within = (asked.near, asked.within) if placed else (chosen.near, chosen.within)
    fee_max, currency = (asked.fee_max, asked.currency) if asked.fee_max else (chosen.fee_max, base.currency)
    asked = replace(asked, sort=base.sort, saved=base.saved)
    asked = replace(asked, filters=stays | dict(asked.filters), fee_max=fee_max, currency=currency)
    return replace(asked, near=near, within=within)


def _narrowed(asked: Asked) -> Response:
    """The question after the chip whose button was pressed is gone, or at the group that was opened."""
    rule, _, value = request.form.get("remove", "").partition(":")
    if value:
        return redirect(asked.without(rule, value).link(), SEE_OTHER)
    place = f"#{facet_id(asked.opened)}" if request.form.get("open") and asked.opened else ""
    return redirect(replace(asked, page=1).link() + place, SEE_OTHER)


def _with_list(asked: Asked) -> Response:
    """The same page of the same people, with the list after what was pressed."""
    link = replace(asked, saved=saving.after(asked.saved, request.form)).link()
    return redirect(link + f"{'&' if '?' in link else '?'}page={asked.page}" if asked.page > 1 else link, SEE_OTHER)


def _results(asked: Asked) -> str:
    asked = replace(asked, page=max(1, asked.page))
    saved = saving.Saved(asked.saved)
    return render_template("search/results.html", asked=asked, saved=saved, **finding.results(asked))


@bp.get("/therapists/<key>", endpoint="person")
@bp.get("/therapists/<key>/<sealed>", endpoint="person")
def one(key: str, sealed: str = "") -> str | Response:
    """A therapist's own page, beside a list or alone. The random id decides; a name that changed redirects.

    With a list that can't be opened any more, the page says so and shows the therapist all the same.
    """
    try:
        saved, forgotten = saving.from_token(sealed) if sealed else saving.Saved(), False
    except (LinkAltered, LinkExpired):
        saved, forgotten = saving.Saved(), True
    therapist = profiles.find(key[:ID_LENGTH], today())
    right = f"{therapist.id}-{shown.slug_of(therapist.name)}"
    if key != right:
        return redirect(url_for("search.person", key=right, sealed=sealed or None), 301)
    told = {"person": therapist, "told": person.told(therapist), "saved": saved, "forgotten": forgotten}
    return render_template("search/person.html", **told)


@bp.post("/therapists/<key>")
@bp.post("/therapists/<key>/<sealed>")
def save_one(key: str, sealed: str = "") -> Response:
    """Put somebody on the list, or take them off it, on their own page."""
    before = saving.from_token(sealed) if sealed else saving.Saved()
    saved = saving.Saved(saving.after(before.ids, request.form))
    return redirect(url_for("search.person", key=key, sealed=saved.token or None), SEE_OTHER)


def _page() -> int:
    """The page that the address asks for, within bounds."""
    return max(1, min(request.args.get("page", 1, type=int), MAX_PAGE))


def topic(door: str, slug: str) -> str | Response:
    """A concern, an approach or a community: its sentence and its people."""
    group = DOORS[door]
    term = house().vocabulary.get(group, slug)
    if term is None or (term.hidden and not term.replaced_by):
        raise ProfileNotFound(slug)
    if term.replaced_by:
        return redirect(url_for("search.topic", door=door, slug=term.replaced_by), 301)
    asked = Asked(filters={door: (slug,)}, page=_page())
    found = finding.people(asked, counted=())
    if found["page"].total and asked.page > found["last_page"]:
        return redirect(url_for("search.topic", door=door, slug=slug, page=found["last_page"]), SEE_OTHER)
    told = {"term": term, "door": door, "group": group, "asked": asked, "related": finding.close_to(group, slug)}
    return render_template("search/topic.html", saved=saving.Saved(), **told, **found)


def save_on_topic(door: str, slug: str) -> Response:
    """Somebody saved on a topic's page: the same people as a search, which takes the list along."""
    if house().vocabulary.get(DOORS[door], slug) is None:
        raise ProfileNotFound(slug)
    return _with_list(Asked(filters={door: (slug,)}, page=_page()))


for _door, _group in DOORS.items():
    bp.add_url_rule(f"/{_group}/<slug>", "topic", topic, defaults={"door": _door})
    bp.add_url_rule(f"/{_group}/<slug>", "save_on_topic", save_on_topic, defaults={"door": _door}, methods=["POST"])
