"""What templates, stylesheet and script may hold, read from files: no gap for a script, no third party, no promise."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "directory" / "static"
STYLE, SCRIPT = STATIC / "holdspace.css", STATIC / "holdspace.js"
MAX_SCRIPT_LINES = 200

COMMENT = re.compile(r"{#.*?#}|/\*.*?\*/", re.DOTALL)
OUTPUT = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
ATTRIBUTES = "href|src|action|value|name|id|for|class|content|alt|title|aria-[a-z]+"
UNQUOTED = re.compile(rf"<[a-z][^<>]*\s(?:{ATTRIBUTES})\s*=(?!\s*[\"'])")
PLACE = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
NAMESPACES = {"www.w3.org"}
SIDES = "left|right|top|bottom"
SIDED = re.compile(
    rf"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:{SIDES})|{SIDES})\s*:"
    r"|(?<![-\w])(?:min-|max-)?(?:width|height)\s*:"
    r"|(?<![-\w])(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
CONDITION = re.compile(r"@(?:media|container|supports)[^{]*")
PROMISES = ("best", "perfect", "guaranteed?", "match score", r"\d\s*% match", "not ready", "unlock", "journey")
PRESSING = ("hurry", "last chance", "don.t miss", "broken", "patients?", "providers?", "results")
NEVER_SAID = re.compile(rf"\b(?:{'|'.join(PROMISES + PRESSING)})\b", re.IGNORECASE)
WRITES_MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", r"document\.write", r"\beval\b", r"\bFunction\(")
KEEPS = (r"localStorage(?!\.(?:get|set|remove)Item\(KEPT_LIST\b)", "sessionStorage", "indexedDB", r"document\.cookie")
SENDS = (r"\bfetch\((?!path, )", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource")


def text_of(file: Path) -> str:
    """A file without the comments that only its readers see."""
    return COMMENT.sub("", file.read_text("utf-8"))


def tree_of(file: Path) -> nodes.Template:
    """A template as Jinja reads it."""
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(file.read_text("utf-8"))


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def is_constant(node: nodes.Node) -> bool:
    """A string that stands in the template itself, or one of the icons' own drawings, which are such strings."""
    drawing = isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name) and node.node.name == "drawings"
    return isinstance(node, nodes.Const) or drawing


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_only_constants_are_called_safe(file):
    called_safe = [one.node for one in tree_of(file).find_all(nodes.Filter) if one.name == "safe"]
    assert [node for node in called_safe if not is_constant(node)] == []
    assert "autoescape" not in text_of(file) and "Markup(" not in text_of(file)


def test_the_drawings_are_constants():
    (drawings,) = (
        one.node
        for one in tree_of(ROOT / "templates" / "components" / "icons.html").find_all(nodes.Assign)
        if one.target.name == "drawings"
    )
    assert all(isinstance(pair.value, nodes.Const) for pair in drawings.items)


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_no_tag_carries_style_or_script(file):
    plain = OUTPUT.sub("", text_of(file))
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)\s*=", plain) == []
    assert re.findall(r"<style\b|javascript:|<iframe\b|<base\b", plain) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", plain) if " src=" not in tag] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_every_value_in_a_tag_is_quoted(file):
    assert UNQUOTED.findall(OUTPUT.sub("", text_of(file))) == []


@pytest.mark.parametrize("file", [*TEMPLATES, STYLE, SCRIPT, STATIC / "favicon.svg"], ids=named)
def test_no_other_host_is_named(file):
    assert set(PLACE.findall(file.read_text("utf-8"))) - NAMESPACES == set()
    assert re.findall(r"@import|url\(\s*[\"']?data:", text_of(file)) == []


def sentences(text: str) -> list[str]:
    """Everything that a template or a module offers to translators."""
    found = re.findall(r"(?:_|gettext)\(\s*\"([^\"]+)\"(?:,\s*\"([^\"]+)\")?", text)
    return [" ".join(parts) for parts in found]


@pytest.mark.parametrize("file", [*TEMPLATES, *sorted((ROOT / "directory").rglob("*.py"))], ids=named)
def test_words_that_promise_or_press_are_never_said(file):
    assert [said for said in sentences(text_of(file)) if NEVER_SAID.search(said)] == []


def test_the_stylesheet_knows_no_left_and_right():
    assert SIDED.findall(CONDITION.sub("", text_of(STYLE))) == []


def test_no_word_to_read_hides_in_the_stylesheet():
    assert [said for said in re.findall(r"content:\s*\"([^\"]*)\"", text_of(STYLE)) if re.search(r"\w", said)] == []


def test_the_script_is_short_keeps_only_the_list_asks_only_for_names_and_writes_no_markup():
    script = SCRIPT.read_text("utf-8")
    assert len(script.splitlines()) <= MAX_SCRIPT_LINES
    assert re.findall("|".join(WRITES_MARKUP + KEEPS + SENDS), script) == []
    assert script.count("fetch(") == script.count("dataset.suggestions") == 1
