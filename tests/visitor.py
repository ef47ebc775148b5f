"""A person at a browser without scripts: follows links, fills in what a page offers, presses its buttons, goes back."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

HERE = "http://localhost"
CLICKS = {"checkbox", "radio"}


@dataclass
class Control:
    """A field or button as it stands on the page. ``value`` is what it would send; ``on``: would it send anything?"""

    kind: str
    name: str
    value: str
    on: bool = True
    words: str = ""
    form: str = ""


@dataclass
class Form:
    id: str
    action: str
    method: str


@dataclass
class Sent:
    """One request and its answer."""

    method: str
    url: str
    data: dict[str, list[str]]
    response: object = None


class Page(HTMLParser):
    """A page as a person meets it: its words, links, forms, fields and buttons."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.controls: list[Control] = []
        self._form = ""
        self._link: list[str] | None = None
        self._href = ""
        self._typing: Control | None = None
        self._select = ""
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        opener = getattr(self, f"_open_{tag}", None)
        if opener:
            opener(told)

    def _open_form(self, told: dict[str, str]) -> None:
        self._form = told.get("id") or f"form {len(self.forms)}"
        self.forms.append(Form(self._form, told.get("action", ""), told.get("method", "get").upper()))

    def _open_a(self, told: dict[str, str]) -> None:
        self._link, self._href = [], told.get("href", "")

    def _open_input(self, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        value = told.get("value", "on" if kind in CLICKS else "")
        self._add(kind, told, value, on=kind not in CLICKS or "checked" in told)

    def _open_textarea(self, told: dict[str, str]) -> None:
        self._typing = self._add("textarea", told, "")

    def _open_button(self, told: dict[str, str]) -> None:
        self._typing = self._add("button", told, told.get("value", ""), on=False)

    def _open_select(self, told: dict[str, str]) -> None:
        self._select = told.get("name", "")

    def _open_option(self, told: dict[str, str]) -> None:
        self._add("option", {"name": self._select}, told.get("value", ""), on="selected" in told)

    def _add(self, kind: str, told: dict[str, str], value: str, on: bool = True) -> Control:
        control = Control(kind, told.get("name", ""), value, on, form=told.get("form") or self._form)
        self.controls.append(control)
        return control

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "a" and self._link is not None:
            self.links.append((" ".join(" ".join(self._link).split()), self._href))
            self._link = None
        elif tag in {"textarea", "button"}:
            self._typing = None

    def handle_data(self, data: str) -> None:
        if self._typing is not None and self._typing.kind == "textarea":
            self._typing.value += data if self._typing.value else data.removeprefix("\r").removeprefix("\n")
        elif self._typing is not None:
            self._typing.words = f"{self._typing.words} {data}".strip()
        self.words.append(data)
        if self._link is not None:
            self._link.append(data)

    def href(self, words: str) -> str:
        """Where the first link goes whose words hold these."""
        found = [href for said, href in self.links if words in said]
        assert found, f"no link says “{words}” among {[said for said, _ in self.links]}"
        return found[0]

    def button(self, words: str) -> Control:
        """The first button whose words, or whose ``name=value``, hold these."""
        buttons = [c for c in self.controls if c.kind == "button"]
        found = [c for c in buttons if words in " ".join(c.words.split()) or words == f"{c.name}={c.value}"]
        assert found, f"no button says “{words}” among {[c.words for c in buttons]}"
        return found[0]

    def held(self, name: str) -> list[str]:
        """What a field would send as the page stands."""
        return [c.value for c in self.controls if c.name == name and c.on and c.kind != "button"]


@dataclass
class Visitor:
    """One person's browser: where they are, what they see, everything that was sent, and the way back."""

    client: FlaskClient
    url: str = ""
    response: object = None
    page: Page = None
    sent: list[Sent] = field(default_factory=list)
    been: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def go(self, address: str) -> "Visitor":
        """Open an address, redirects included."""
        return self._send("GET", urljoin(self.url or HERE, address), {})

    def follow(self, words: str) -> "Visitor":
        """Press the link that says so."""
        return self.go(self.page.href(words))

    def refresh(self) -> "Visitor":
        return self.go(self.url)

    def back(self) -> "Visitor":
        """The browser's own Back: the page before, asked for again."""
        self.been.pop()
        return self.go(self.been.pop())

    def press(self, words: str, **filled: str | list[str]) -> "Visitor":
        """Fill in fields by name and press a button. Ticks and choices must be among those that the page offers."""
        button = self.page.button(words)
        form = next((f for f in self.page.forms if f.id == button.form), Form("", "", "POST"))
        data = self._filled(form, filled)
        if button.name:
            data.setdefault(button.name, []).append(button.value)
        return self._send(form.method, urljoin(self.url, form.action or self.url), data)

    def enter(self, name: str, words: str) -> "Visitor":
        """Write in one field and press Enter, which presses the first button of its form."""
        box = next(c for c in self.page.controls if c.name == name and c.kind != "button")
        first = next(c for c in self.page.controls if c.kind == "button" and c.form == box.form)
        return self.press(f"{first.name}={first.value}" if first.name else first.words, **{name: words})

    def _filled(self, form: Form, filled: dict[str, str | list[str]]) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        controls = [c for c in self.page.controls if c.form == form.id and c.kind != "button"]
        for control in controls:
            if control.name and control.name not in filled and control.on:
                data.setdefault(control.name, []).append(control.value)
        for name, value in filled.items():
            offered = [c for c in controls if c.name == name]
            assert offered, f"no field is called {name}"
            wanted = [value] if isinstance(value, str) else value
            choices = {c.value for c in offered if c.kind in {*CLICKS, "option"}}
            assert not choices or set(wanted) <= choices, f"{name} offers {sorted(choices)}"
            data[name] = list(wanted)
        return data

    def _send(self, method: str, url: str, data: dict[str, list[str]]) -> "Visitor":
        for _ in range(5):
            parts = urlsplit(url)
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            asked = {"data": data} if method == "POST" else {}
            response = self.client.open(address, method=method, base_url=HERE, **asked)
            self.sent.append(Sent(method, url, data, response))
            if response.status_code not in (301, 302, 303, 308):
                break
            method, url, data = "GET", urljoin(url, response.headers["Location"]), {}
        self.url, self.response, self.page = url, response, Page(response.get_data(as_text=True))
        self.been.append(url)
        return self
