"""Postcodes outside the US: a GeoNames file is taken line by line, whole or not at all, and codes are then found."""

import sqlite3
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from directory.places import PlacesError, import_file, load
from search_index.lexicon import sentences
from search_index.wishes import WishReader
from tests.opening import ROOT, open_house

SEEDS = ROOT / "seeds"
PLACE = {
    "SW1A": ("GB", "SW1A", "Westminster", "England", "ENG", "51.5041", "-0.1311"),
    "M1H": ("CA", "M1H", "Scarborough", "Ontario", "ON", "43.7686", "-79.2389"),
    "560001": ("IN", "560001", "Bengaluru GPO", "Karnataka", "19", "12.9715", "77.5945"),
    "2010": ("AU", "2010", "Surry Hills", "New South Wales", "NSW", "-33.8850", "151.2119"),
    "D08": ("IE", "D08", "Dublin 8", "Leinster", "L", "53.3392", "-6.2893"),
}


def line(country: str, code: str, town: str, admin: str, admin_code: str, latitude: str, longitude: str) -> str:
    return "\t".join((country, code, town, admin, admin_code, "", "", "", "", latitude, longitude, "4"))


def postal_file(folder: Path, *lines: str | bytes, end: bytes = b"\n", start: bytes = b"") -> Path:
    file = folder / "postal.txt"
    file.write_bytes(start + b"".join((one if isinstance(one, bytes) else one.encode()) + end for one in lines))
    return file


@pytest.fixture
def take(tmp_path):
    """Import lines into a folder of the test's own; ``take.places`` looks them up."""
    folder = tmp_path / "places"
    places = load(SEEDS, folder)

    def taken(*lines: str | bytes, **how: bytes):
        return import_file(postal_file(tmp_path, *lines, **how), folder, places)

    taken.places, taken.file = places, folder / "postcodes.csv"
    return taken


@pytest.fixture
def places(take):
    assert take(*(line(*row) for row in PLACE.values())).added.total() == len(PLACE)
    return take.places


@pytest.mark.parametrize(
    ("typed", "country", "town", "region"),
    [
        ("SW1A 1AA", None, "Westminster", "GB-ENG"),
        ("sw1a1aa", None, "Westminster", "GB-ENG"),
        ("SW1A", "GB", "Westminster", "GB-ENG"),
        ("m1h 2b3", None, "Scarborough", "CA-ON"),
        ("M1H", "CA", "Scarborough", "CA-ON"),
        ("560 001", None, "Bengaluru GPO", "IN-KA"),
        ("2010", "AU", "Surry Hills", "AU-NSW"),
        ("2010, NSW", None, "Surry Hills", "AU-NSW"),
        ("2010 Australia", None, "Surry Hills", "AU-NSW"),
        ("D08 X2A4", None, "Dublin 8", "IE-L"),
    ],
)
def test_a_postcode_is_found_as_people_write_it(places, typed, country, town, region):
    found = places.find(typed, country)
    assert (found.town, found.region, found.country) == (town, region, region[:2])


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("2010", None),
        ("2010", "NZ"),
        ("2010, Kerala", None),
        ("SW1A 1AA", "CA"),
        ("SW1A 1AAA", None),
        ("SW2", None),
        ("٥٦٠٠٠١", None),
        ("5" * 5000, None),
    ],
)
def test_a_year_another_country_and_what_is_no_code_find_nothing(places, typed, country):
    assert places.find(typed, country) is None


def test_four_figures_are_a_postcode_where_a_place_is_asked_for(take):
    take(line(*PLACE["2010"]), line("NZ", "2010", "Flat Bush", "Auckland", "AUK", "-36.9600", "174.9000"))
    both = take.places.choices("2010")
    spelt = [take.places.spelt("2010", place) for place in both]
    assert sorted(spelt) == ["2010, Auckland", "2010, New South Wales"]
    assert take.places.surely(both) is None
    assert [take.places.choices(text) for text in spelt] == [(place,) for place in both]
    assert [place.town for place in take.places.choices("2010", ("NZ",))] == ["Flat Bush"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("near SW1A 1AA", "sw1a 1aa"),
        ("therapist near M1H 2B3", "m1h 2b3"),
        ("560001 anxiety", "560001"),
        ("2010 NSW", "2010 nsw"),
        ("60605-1234 anxiety", "60605"),
        ("it began in 2010", None),
        ("anxiety, 2010", None),
    ],
)
def test_an_imported_postcode_is_read_from_the_box_and_a_year_is_none(places, words, text, place):
    cues = {key: told for name in ("phrases", "wishes") for key, told in _seed(name).items()}
    wishes = WishReader(cues, words, places).read(text, sentences(text))
    assert wishes.filters.get("place") == place and "unknown_place" not in wishes.more


def test_four_figures_right_after_near_are_a_place_to_ask_about(places, words):
    cues = {key: told for name in ("phrases", "wishes") for key, told in _seed(name).items()}
    wishes = WishReader(cues, words, places).read("near 2010", sentences("near 2010"))
    assert wishes.filters["place"] == "2010" and places.choices("2010")[0].town == "Surry Hills"


def _seed(name: str) -> dict:
    return tomllib.loads((SEEDS / f"{name}.toml").read_text("utf-8"))


def test_towns_and_zip_codes_are_found_as_before(places):
    assert places.find("Leeds").region == "GB-ENG"
    assert places.find("60605").town == "Chicago"


def test_without_an_import_there_are_no_postcodes(tmp_path):
    assert load(SEEDS).find("SW1A 1AA") is None and load(SEEDS, tmp_path).find("SW1A 1AA") is None


def test_of_a_code_only_its_area_is_kept_and_of_a_point_about_a_kilometre(take):
    full = [line("GB", f"LS6 {n}AB", "Headingley", "England", "ENG", f"53.81{n}9", f"-1.57{n}9") for n in range(1, 4)]
    assert take(*full).added == {"GB": 1}
    kept = take.file.read_text()
    assert "GB,LS6,Headingley,GB-ENG,53.81,-1.57" in kept and "1AB" not in kept


def test_the_middle_of_many_lines_bears_one_that_is_wrong(take):
    right = [line(*PLACE["560001"])] * 4
    take(*right, line(*PLACE["560001"][:5], "28.61", "77.20"))
    assert take.places.find("560001").latitude == 12.97


def test_importing_again_changes_nothing(take):
    rows = [line(*row) for row in PLACE.values()]
    take(*rows)
    before = (take.file.read_bytes(), take.file.stat().st_mtime_ns)
    told = take(*rows)
    assert told.right.total() == len(PLACE) and not told.added and not told.replaced
    assert (take.file.read_bytes(), take.file.stat().st_mtime_ns) == before


def test_a_second_file_adds_and_replaces_and_a_running_house_sees_it(take):
    take(line(*PLACE["SW1A"]), line(*PLACE["M1H"]))
    assert take.places.find("M1H").town == "Scarborough" and take.places.find("D08", "IE") is None
    told = take(line("CA", "M1H", "Bendale", "Ontario", "ON", "43.75", "-79.25"), line(*PLACE["D08"]))
    assert (told.replaced, told.added) == ({"CA": 1}, {"IE": 1})
    assert take.places.find("M1H").town == "Bendale" and take.places.find("D08", "IE") and take.places.find("SW1A")


@pytest.mark.parametrize(("end", "start"), [(b"\r\n", b""), (b"\n", b"\xef\xbb\xbf"), (b"\r\n", b"\xef\xbb\xbf")])
def test_line_ends_and_a_byte_order_mark_make_no_difference(take, end, start):
    told = take(*(line(*row) for row in PLACE.values()), "", end=end, start=start)
    assert told.added.total() == len(PLACE) and not told.refused


WRONG = {
    "latitude": line("GB", "LS6", "Leeds", "England", "ENG", "95", "-1.5"),
    "longitude": line("GB", "LS6", "Leeds", "England", "ENG", "53.8", "nan"),
    "far outside": line("IN", "560002", "Bengaluru", "Karnataka", "19", "77.59", "12.97"),
    "postcode": line("GB", "12345", "Leeds", "England", "ENG", "53.8", "-1.5"),
    "columns": "GB\tLS6\tLeeds\t53.8\t-1.5",
    "place name": line("GB", "LS6", "", "England", "ENG", "53.8", "-1.5"),
    "shown": line("GB", "LS6", "Le\x00eds", "England", "ENG", "53.8", "-1.5"),
    "UTF-8": line("CA", "H2X", "Montréal", "Quebec", "QC", "45.5", "-73.6").encode("latin-1"),
    "Latin-1": line("CA", "H2X", "MontrÃ©al", "Quebec", "QC", "45.5", "-73.6"),
    "longer": "GB\t" + "x" * 100_000,
}


@pytest.mark.parametrize("why", WRONG)
def test_a_line_that_cant_be_used_is_named_with_its_number_and_the_others_are_taken(take, why):
    told = take(line(*PLACE["SW1A"]), WRONG[why], line(*PLACE["M1H"]))
    assert told.added.total() == 2
    [(number, reason)] = told.refused
    assert number == 2 and why in reason


def test_other_countries_and_the_us_are_left_out_and_counted(take):
    told = take(
        line(*PLACE["SW1A"]),
        line("US", "94103", "San Francisco", "California", "CA", "37.77", "-122.41"),
        *[line("XX", "1000", "Nowhere", "", "", "10", "10")] * 3,
    )
    assert sorted(told.foreign.values()) == [1, 3] and told.added == {"GB": 1}


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"PK\x03\x04rest", b"\x1f\x8brest", "GB\t".encode("utf-16"), b"<html>", b"\x00" * 9000]
)
def test_a_file_with_nothing_to_use_is_refused_and_what_stood_stays(take, tmp_path, content):
    take(line(*PLACE["SW1A"]))
    before = take.file.read_bytes()
    file = tmp_path / "other.txt"
    file.write_bytes(content)
    with pytest.raises(PlacesError, match="Nothing was changed"):
        import_file(file, take.file.parent, take.places)
    assert take.file.read_bytes() == before


def test_a_write_that_breaks_off_leaves_what_stood(take, monkeypatch):
    take(line(*PLACE["SW1A"]))
    before = take.file.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        take(line(*PLACE["M1H"]))
    assert take.file.read_bytes() == before and take.places.find("SW1A") and take.places.find("M1H") is None


def test_a_damaged_store_finds_nothing_and_is_never_built_upon(take):
    take(line(*PLACE["SW1A"]))
    take.file.write_text("country,area\nGB,SW1A\n")
    assert load(SEEDS, take.file.parent).find("SW1A") is None
    with pytest.raises(PlacesError, match="damaged"):
        take(line(*PLACE["M1H"]))


# The command


def run(file: Path) -> Result:
    result = CliRunner().invoke(main, ["import", "places", str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def instance(app, monkeypatch) -> Path:
    folder = Path(app.config["INSTANCE"])
    monkeypatch.setenv("HOLDSPACE_INSTANCE", str(folder))
    return folder


def test_the_command_says_what_it_took_and_what_it_left_out(instance, tmp_path):
    file = postal_file(tmp_path, line(*PLACE["SW1A"]), WRONG["latitude"], line("XX", "1", "N", "", "", "1", "1"))
    told = run(file)
    assert told.exit_code == 0, told.output
    assert "GB: postal areas 1 added, 0 replaced, 0 right already." in told.output
    assert "line 2: its latitude '95'" in told.output and "1 lines of 'XX'" in told.output
    assert "0 added, 0 replaced, 1 right already" in run(file).output


def test_the_command_refuses_a_file_with_nothing_to_use_in_a_sentence(instance, tmp_path):
    told = run(postal_file(tmp_path, "nothing here"))
    assert told.exit_code == 1 and "Line 1: it has 1 columns" in told.output


def test_rooms_without_coordinates_get_them_and_the_index_follows(instance, tmp_path):
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        lost, town = database.execute("select therapist_id, town from places where country = 'GB' limit 1").fetchone()
        changed = "update places set latitude = null, longitude = null, postal_area = 'SW1A' where therapist_id = ?"
        database.execute(changed, [lost])
        last = database.execute("select max(number) from changes").fetchone()[0]
    told = run(postal_file(tmp_path, line(*PLACE["SW1A"])))
    assert "1 rooms of listings were put on the map." in told.output, town
    with sqlite3.connect(instance / "holdspace.sqlite3") as database:
        stands = database.execute("select latitude, longitude from places where therapist_id = ?", [lost]).fetchall()
        followed = database.execute("select listing_id from changes where number > ?", [last]).fetchall()
    assert stands == [(51.5, -0.13)] and followed == [(lost,)]
    assert "0 rooms" in run(postal_file(tmp_path, line(*PLACE["SW1A"]))).output


def test_a_house_looks_postcodes_up_in_its_own_folder(instance, tmp_path):
    run(postal_file(tmp_path, line(*PLACE["SW1A"])))
    house = open_house(instance).extensions["holdspace"]
    assert house.places.find("SW1A 1AA").town == "Westminster"
    assert house.places.point("GB", "Leeds", "GB-ENG", "LS6") == (53.8, -1.55), "an unknown area: its town"
