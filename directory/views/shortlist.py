"""The list's own door: look at it, compare side by side, print it, take it along as a file.

It travels in the page's address; how, and how people come onto it, is in saving.py. Nothing of it is kept here.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory import profiles, sheets
from directory.views import cards, compared, consulting, saving, shown
from directory.views.asking import Asked, today
from directory.views.saving import Saved

bp = Blueprint("shortlist", __name__)
SEE_OTHER = 303
MAX_COMPARED = 5
KEPT = "kept"
TABLES: dict[str, tuple[str, Callable[[Iterable[Any]], list[list[str]]]]] = {
    "people": ("people.csv", compared.list_table),
    "contacts": ("contacts.csv", compared.contact_table),
}


def _kept() -> list[str]:
    """The ids that this device kept, as the page's script hands them over: one text, blanks between."""
    return request.form.get(KEPT, "")[: saving.MAX_SAVED * 20].split()


@bp.get("/shortlist")
def empty() -> str:
    """A list with nobody on it: how to make one, and the way to the one that this device kept."""
    return render_template("shortlist/list.html", saved=Saved(), entries=[], gone=0)


@bp.post("/shortlist")
def open_kept() -> AnyResponse:
    """Open the list that this device kept."""
    return redirect(Saved().with_more(_kept()).url, SEE_OTHER)


@bp.get("/shortlist/<sealed>")
def people(sealed: str) -> str:
    """The people on the list, or those of them that stand side by side."""
    saved = saving.from_token(sealed)
    here = profiles.published(saved.compare or saved.ids, today())
    if saved.compare:
        return _side_by_side(saved, here)
    told = {"entries": [cards.entry(person) for person in here], "gone": len(saved.ids) - len(here)}
    return render_template("shortlist/list.html", saved=saved, **told)


def _side_by_side(saved: Saved, here: list[Any]) -> str:
    first, whole = here[:MAX_COMPARED], Saved(saved.ids)
    named = [(person.name, shown.person_url(person.id, person.name, sealed=whole.token)) for person in first]
    told = {"named": named, "rows": compared.rows(first), "more": len(here) - len(first)}
    return render_template("shortlist/compare.html", back=whole.url, **told)


@bp.get("/shortlist/<sealed>/contacts")
def contacts(sealed: str) -> str:
    """A sheet for paper: how to reach each person, and lines to fill in."""
    saved = saving.from_token(sealed)
    here = [(cards.entry(person), compared.known(person)) for person in profiles.published(saved.ids, today())]
    return render_template("shortlist/contacts.html", saved=saved, people=here, blanks=compared.blanks())


@bp.post("/shortlist/<sealed>")
def change(sealed: str) -> AnyResponse:
    """Take people off, add those that this device kept, compare, look for more, or take the list along as a file."""
    saved, form = saving.from_token(sealed), request.form
    if form.get("file") in TABLES:
        return _file(saved, *TABLES[form["file"]])
    if "more" in form:
        return redirect(Asked(saved=saved.ids).link(), SEE_OTHER)
    chosen = tuple(one for one in saved.ids if one in form.getlist("who"))
    if "sheet" in form:
        return redirect(consulting.link({}, chosen or saved.ids), SEE_OTHER)
    if "compare" in form:
        return redirect(replace(saved, compare=chosen).url, SEE_OTHER)
    left = saved.without(_gone(saved)) if "tidy" in form else Saved(saving.after(saved.ids, form))
    return redirect(left.with_more(_kept()).url, SEE_OTHER)


def _gone(saved: Saved) -> set[str]:
    """Those on the list who aren't listed any more."""
    return set(saved.ids) - {person.id for person in profiles.published(saved.ids, today())}


def _file(saved: Saved, name: str, table: Callable[[Iterable[Any]], list[list[str]]]) -> Response:
    """The list as a file with a name that says little."""
    body = sheets.written(table(profiles.published(saved.ids, today())))
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="text/csv", headers=told)
