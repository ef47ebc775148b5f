"""What the tests' house holds beside the seeds: listings of very long or very few words, accounts of every kind."""

import shutil
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from directory import demo
from directory.profiles.planting import id_for

LONG_LANGUAGE = "ur"
LONG_NAME = "Maximiliana-Konstantinopoulou Wolfeschlegelsteinhausen-Berge"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetentuerschluessellochabdeckung"
OTHER_SCRIPT = "میں آپ کی بات آہستہ آہستہ سنتی ہوں، and we stop when you say so."
SPARSE = id_for("gb-eleri-vaughan-tate")
KEEPER = id_for(demo.KEEPER)
STANDINGS = {"fresh": 0, "due": 61, "hidden": 95, "paused": 3}
ADDRESS = "{}@holdspace.example"


def _long(database: sqlite3.Connection) -> None:
    """Everybody who speaks one language gets a name of sixty letters and words without a place to break."""
    told = "(select therapist_id from therapist_terms where term_group = 'languages' and slug = ?)"
    words = {
        "name": LONG_NAME,
        "title": LONG_WORD[:80],
        "headline": f"{LONG_WORD} {OTHER_SCRIPT}",
        "bio_working": LONG_WORD * 3,
    }
    words |= {"availability_note": LONG_WORD[:100], "bio_first_session": OTHER_SCRIPT}
    for column, value in words.items():
        database.execute(f"update therapists set {column} = ? where id in {told}", (value, LONG_LANGUAGE))
    host = f"https://{LONG_WORD[:60].lower()}.{LONG_WORD[:50].lower()}.example/book"
    database.execute(f"update consult_offers set booking_url = ? where therapist_id in {told}", (host, LONG_LANGUAGE))
    database.execute(f"update places set town = ? where therapist_id in {told}", (LONG_WORD[:70], LONG_LANGUAGE))
    database.execute(
        f"update fees set full_from_minor = 999999900, note = ? where therapist_id in {told}",
        (LONG_WORD, LONG_LANGUAGE),
    )
    database.execute(
        f"update therapist_terms set note = ? where note <> '' and therapist_id in {told}", (LONG_WORD, LONG_LANGUAGE)
    )


def _sparse(database: sqlite3.Connection) -> None:
    """One listing that says next to nothing."""
    for table in ("fees", "consult_offers", "places", "trainings"):
        database.execute(f"delete from {table} where therapist_id = ?", (SPARSE,))
    database.execute("delete from therapist_terms where therapist_id = ? and term_group <> 'concerns'", (SPARSE,))
    words = ("headline", "bio_approach", "bio_working", "bio_first_session", "availability_note", "pronouns")
    empty = ", ".join(f"{column} = ''" for column in words)
    styles = (
        "style_leads = null, style_feelings = null, style_past = null, style_gentle = null, availability = 'unknown'"
    )
    database.execute(f"update therapists set {empty}, {styles} where id = ?", (SPARSE,))


def _accounts(database: sqlite3.Connection, today: date) -> None:
    """An account in every standing, each with the demo's own password, and one that keeps no listing."""
    (password,) = database.execute("select password from accounts where email = ?", (demo.EMAIL,)).fetchone()
    taken = (KEEPER, SPARSE)
    speakers = "select therapist_id from therapist_terms where term_group = 'languages' and slug = ?"
    free = database.execute(
        f"select id from therapists where id not in (?, ?, ?) and id not in ({speakers}) order by id",
        (*taken, "", LONG_LANGUAGE),
    )
    listings = [row[0] for row in free.fetchmany(len(STANDINGS))] + [None]
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    for name, listing in zip((*STANDINGS, "nobody"), listings, strict=True):
        row = (ADDRESS.format(name), password, name * 8, now, listing)
        database.execute(
            "insert into accounts (email, password, active, fs_uniquifier, confirmed_at, therapist_id)"
            " values (?, ?, 1, ?, ?, ?)",
            row,
        )
        confirmed = (today - timedelta(days=STANDINGS.get(name, 0))).isoformat()
        database.execute("update therapists set confirmed_on = ? where id = ?", (confirmed, listing))
        if name == "paused":
            database.execute("update therapists set availability = 'paused' where id = ?", (listing,))


def copy_with_people(seeded: Path, folder: Path) -> Path:
    """A copy of an instance folder with all of it written into its database; gives the copy."""
    shutil.copytree(seeded, folder)
    with sqlite3.connect(folder / "holdspace.sqlite3") as database:
        _long(database)
        _sparse(database)
        _accounts(database, datetime.now(UTC).date())
    return folder
