"""Who may import whom, read from the code itself. The rule stands in README.md, "How it is built"."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("directory/**/*.py"), *ROOT.glob("search_index/**/*.py")])
FREE = {"directory.views", "directory.cli", "directory.demo", "directory.house", "directory.follower"}
ALLOWED = {
    "directory.errors": set(),
    "directory.appointments": set(),
    "directory.config": {"directory.errors"},
    "directory.db": {"directory.errors"},
    "directory.logs": set(),
    "directory.sealed": {"directory.errors"},
    "directory.places": {"directory.errors"},
    "directory.limits": set(),
    "directory.mail": {"directory.errors"},
    "directory.contact": {"directory.errors", "directory.profiles"},
    "directory.protection": {"directory.errors", "directory.limits"},
    "directory.vocabulary": {"directory.errors"},
    "directory.portraits": set(),
    "directory.learn": {"directory.errors"},
    "directory.needs": set(),
    "directory.sayings": {"directory.seed_tables"},
    "directory.seed_tables": {"directory.errors"},
    "directory.sheets": set(),
    "directory.readiness": {"directory.errors", "directory.needs", "directory.seed_tables"},
    "directory.matching": {
        "directory.errors",
        "directory.needs",
        "directory.seed_tables",
        "search_index.columns",
        "search_index.listing",
        "search_index.ties",
    },
    "directory.models": {"directory.db"},
    "directory.migrations": {"directory.db", "directory.errors", "directory.models"},
    "directory.candidates": {
        "directory.matching",
        "directory.needs",
        "directory.profiles",
        "directory.vocabulary",
        "search_index.engine",
        "search_index.errors",
        "search_index.listing",
    },
    "directory.changes": {"directory.db", "directory.models"},
    "directory.mending": {
        "directory.changes",
        "directory.follower",
        "directory.profiles",
        "search_index.comparing",
        "search_index.errors",
        "search_index.listing",
    },
    "directory.profiles": {
        "directory.changes",
        "directory.db",
        "directory.errors",
        "directory.models",
        "directory.vocabulary",
        "search_index.listing",
    },
    "directory.accounts": {"directory.db", "directory.models", "directory.profiles", "directory.errors"},
    "directory.forms": {"directory.vocabulary"},
    "search_index": set(),
}
FENCES = {
    "icalendar": ("directory.appointments",),
    "whoosh": ("search_index",),
    "wtforms": ("directory.forms",),
    "flask_wtf": ("directory.forms",),
    "marshmallow": ("directory.forms",),
    "flask_smorest": ("directory.views.api",),
    "sqlalchemy": (
        "directory.db",
        "directory.models",
        "directory.changes",
        "directory.profiles",
        "directory.accounts",
        "directory.migrations",
    ),
}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in FILES}


def imports(file: Path) -> set[str]:
    """The full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in inner}
    return found


def inside(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def room_of(module: str) -> str | None:
    return next((room for room in ALLOWED if inside(module, room)), None)


def test_arrows_go_down_only():
    wrong = []
    for module, file in MODULES.items():
        room = room_of(module)
        if room is None:
            continue
        ours = {name for name in imports(file) if inside(name, "directory") or inside(name, "search_index")}
        allowed = ALLOWED[room] | {room}
        wrong += [(module, name) for name in ours if not any(inside(name, way) for way in allowed)]
    assert not wrong


def test_every_room_has_a_rule():
    roomless = [
        m for m in MODULES if room_of(m) is None and not any(inside(m, free) for free in FREE) and m != "directory"
    ]
    assert not roomless


def test_nobody_imports_the_whole_house():
    wrong = [m for m, f in MODULES.items() if "directory" in imports(f) and not inside(m, "directory.cli")]
    assert not wrong


def test_fenced_libraries_stay_in_their_rooms():
    wrong = [
        (module, library)
        for module, file in MODULES.items()
        for library, rooms in FENCES.items()
        if any(inside(name, library) for name in imports(file)) and not any(inside(module, room) for room in rooms)
    ]
    assert not wrong


def test_the_request_is_read_only_at_the_doors():
    allowed = ("directory.views", "directory.protection", "directory.db", "directory.errors")
    readers = [
        module
        for module, file in MODULES.items()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "flask"
        and "request" in {alias.name for alias in node.names}
    ]
    assert not [module for module in readers if not any(inside(module, room) for room in allowed)]


def test_views_leave_tables_alone():
    wrong = [
        module
        for module, file in MODULES.items()
        if inside(module, "directory.views")
        if any(inside(name, "directory.models") or inside(name, "directory.db") for name in imports(file))
    ]
    assert not wrong


def test_no_room_imports_in_a_circle():
    graph = {m: {i for i in imports(f) if i in MODULES and i != m} for m, f in MODULES.items()}
    state: dict[str, int] = {}

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert state.get(module) != 1, f"circle: {' -> '.join((*path, module))}"
        if module in state:
            return
        state[module] = 1
        for other in graph[module]:
            visit(other, (*path, module))
        state[module] = 2

    for module in graph:
        visit(module, ())
