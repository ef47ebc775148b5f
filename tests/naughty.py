"""Bad input, and the shape of a page: what is typed may change a page's words, never its elements or attributes."""

import json
from html.parser import HTMLParser
from pathlib import Path

FAR_TOO_MANY_DIGITS = "9" * 400
STRINGS = (
    "",
    " ",
    "\x00",
    "left\x00right",
    "\x1b[31mred\x07\x08",
    "one\r\nSet-Cookie: two=three\r\n\r\n<p>",
    "\u202eback to front\u202d\u2066inside\u2069",
    "\u200f\u200e\u200b\u2028\u2029\ufeff",
    "שלום، سلام, mixed with left to right",
    "👩🏽‍❤️‍💋‍👨🏾🏳️‍🌈🇮🇳",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "\ufdfd\ufffd\ufffe",
    "[" * 400,
    "(" * 400 + "a" + ")" * 400,
    '"' * 300,
    "*?~^-+:/\\&|![]{}",
    "NOT " * 200,
    "concerns:* OR [a TO z] netu~9",
    "' OR '1'='1'; DROP TABLE therapists; --",
    '"; SELECT * FROM account WHERE ""="',
    "%' AND 1=0 UNION SELECT 1 --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "</textarea></title></style></script><h1>out</h1>",
    "<!-- --> <![CDATA[ ]]> <?xml version='1.0'?>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% for x in (1,) %}x{% endfor %} {# #}",
    "${7*7} #{7*7} <%= 7*7 %> *{7*7} @(7*7)",
    "{{ config }} {{ self.__init__.__globals__ }}",
    "%s %(name)s %n %x {0} {name} {",
    "%00 %ff %0d%0a %c0%ae",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "//elsewhere.example/\\/elsewhere.example",
    "=1+1 @SUM(A1) -2 +3",
    "0",
    "-1",
    "1e309",
    "NaN",
    "0x1F",
    "١٢٣",
    "²③",
    FAR_TOO_MANY_DIGITS,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "null",
    "__proto__",
    "concern:",
    ":",
    "fee_max:yes",
    "unsure",
)
"""Our own. None is over 4,000 letters; lone surrogates and broken bytes are sent as bytes where they are tested."""

FEW = STRINGS[2::3]
"""Some of each kind, for fields that each cost a page."""

BROKEN_BYTES = (b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf0\x9f\x92", b"a\x00b", b"\xed\xbf\xbf\xed\xa0\x80")
"""What is no UTF-8: half of a pair, a byte order mark, an overlong slash, a cut emoji."""


def lines_of(folder: Path) -> list[str]:
    """Every string of the measuring data's text folder, each file read as what it is."""
    found: list[str] = []
    for file in sorted(folder.iterdir()):
        text = file.read_bytes().decode("utf-8", "replace")
        found += json.loads(text) if file.suffix == ".json" else text.splitlines()
    return [line for line in dict.fromkeys(found) if line.strip()]


def batches(strings: list[str], letters: int) -> list[str]:
    """The same strings, whole and in order, in texts of at most so many letters; a longer one is a text of its own."""
    made = [""]
    for string in strings:
        joined = f"{made[-1]}\n{string}" if made[-1] else string
        made[-1:] = [joined] if len(joined) <= letters else [made[-1], string]
    return [text for text in made if text]


class Shape(HTMLParser):
    """A page without its words: every element with the names of its attributes, in order; and what fields hold."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.values: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self._open: tuple[dict[str, str], str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.elements.append((tag, tuple(sorted(told))))
        self.addresses += [told[name] for name in ("href", "src", "action", "formaction") if told.get(name)]
        if tag == "input" and told.get("name"):
            self.values[told["name"]] = told.get("value") or ""
        if tag == "textarea":
            self._open = self.values, told.get("name", "")
        if tag == "q":
            self._open = self.said, tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "q"}:
            self._open = None

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.elements.append((f"!{decl}", ()))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!--", ()))

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            held, name = self._open
            held[name] = held.get(name, "") + data

    @property
    def kinds(self) -> set[tuple[str, tuple[str, ...]]]:
        return set(self.elements)


def shape(response) -> Shape:
    """The shape of an answer's page."""
    return Shape(response.get_data(as_text=True))
