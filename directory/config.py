"""Every setting of the house: name, environment name, type, default. All problems are reported at once at start-up."""

import importlib
import os
import re
import secrets
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from directory.errors import ConfigError

ROOT = Path(__file__).parent.parent
PREFIX = "HOLDSPACE_"
MIN_SECRET = 32
DRIVER = "psycopg"
DATABASES = frozenset({"sqlite", "postgresql", f"postgresql+{DRIVER}"})
FOLDERS = ("SEEDS", "VOCABULARY")
COUNTRY = re.compile("[A-Z]{2}")
WEB = frozenset({"http", "https"})
MAIL = frozenset({"smtp", "smtps"})
REDIS = frozenset({"redis", "rediss", "unix"})
ADDRESS = re.compile(r"[!-?A-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def words(text: str) -> tuple[str, ...]:
    """A comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def yes(text: str) -> bool:
    """``1``, ``true``, ``yes`` or ``on``; the opposites are false; anything else is a ValueError."""
    answer = text.strip().lower()
    if answer in {"1", "true", "yes", "on"}:
        return True
    if answer in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("say yes or no")


def number(text: str) -> int:
    """A whole number that isn't negative; anything else is a ValueError."""
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise ValueError("say a whole number, 0 or more")
    return int(text)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key in ``app.config``, how its text is read, the demo's default, and what it is for."""

    key: str
    read: Callable[[str], Any]
    default: Any
    about: str
    required: bool = False

    @property
    def environment(self) -> str:
        return PREFIX + self.key


SETTINGS = (
    Setting("ENV", str, "demo", "demo or production"),
    Setting("INSTANCE", Path, ROOT / "instance", "Folder for the database, the index and the demo's secret"),
    Setting("SEEDS", Path, ROOT / "seeds", "Folder of the seed files"),
    Setting("VOCABULARY", Path, None, "Folder with your own changes to the vocabulary (see docs/vocabulary.md)"),
    Setting("SECRET_KEYS", words, (), "Secrets, newest first, each of 32 characters or more", required=True),
    Setting("DATABASE_URL", str, "", "SQLAlchemy address of the database", required=True),
    Setting("BASE_URL", str, "http://localhost:8000", "The address people type", required=True),
    Setting("HOSTS", words, ("localhost", "127.0.0.1"), "Host names that this house answers to", required=True),
    Setting("PROXIES", number, 0, "How many reverse proxies stand in front"),
    Setting("SITE_NAME", str, "Holdspace", "The name on every page"),
    Setting("KEPT_BY", str, "the Holdspace demo", "Who keeps this directory", required=True),
    Setting("COUNTRIES", words, ("US", "CA", "GB", "IN", "AU"), "Countries served, ISO 3166-1"),
    Setting("CONTACT", str, "security@holdspace.example", "Where to report a weakness", required=True),
    Setting("LEAVE_URL", str, "https://www.bbc.co.uk/weather", "Where “Leave this site” goes"),
    Setting("MAIL_URL", str, "", "The mail host, like smtps://user:password@mail.example.org (see docs/mail.md)"),
    Setting("MAIL_FROM", str, "directory@holdspace.example", "The address that mail from this house comes from"),
    Setting("LIMITS", yes, None, "Limit how often one place may ask: on in production, off in the demo"),
    Setting("REDIS_URL", str, "", "Redis that counts for all worker processes together"),
    Setting("WORKERS", number, 1, "How many worker processes serve; without Redis each allows its share"),
    Setting("FOLLOW", yes, True, "Follow the changes with a thread in each worker"),
)


def _problems(values: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """What makes these settings unusable, a sentence each."""
    found = []
    if values["ENV"] not in {"demo", "production"}:
        found.append("HOLDSPACE_ENV must be demo or production.")
    if values["ENV"] == "production":
        found += _unsafe(values, given)
    if any(len(secret) < MIN_SECRET for secret in values["SECRET_KEYS"]):
        found.append(f"Every secret in HOLDSPACE_SECRET_KEYS needs {MIN_SECRET} characters or more.")
    found += _database(values["DATABASE_URL"])
    found += _mail(values["MAIL_URL"], values["MAIL_FROM"]) + _redis(values["REDIS_URL"])
    if not _whole(values["LEAVE_URL"]):
        found.append("HOLDSPACE_LEAVE_URL must be a whole address, like https://example.org/.")
    if not values["COUNTRIES"] or not all(COUNTRY.fullmatch(code) for code in values["COUNTRIES"]):
        found.append("HOLDSPACE_COUNTRIES must list countries by their two capital letters, like GB,IE.")
    found += [f"{PREFIX}{key} is not a folder." for key in FOLDERS if values[key] and not Path(values[key]).is_dir()]
    return found


def _mail(address: str, sender: str) -> list[str]:
    found = []
    if address and not _whole(address, MAIL):
        found.append("HOLDSPACE_MAIL_URL must be a whole address, like smtps://user:password@mail.example.org.")
    if not ADDRESS.fullmatch(sender):
        found.append("HOLDSPACE_MAIL_FROM must be one mail address, like directory@example.org.")
    return found


def _redis(address: str) -> list[str]:
    if address and address.partition(":")[0] not in REDIS:
        return ["HOLDSPACE_REDIS_URL must begin with redis://, rediss:// or unix://."]
    if address and not _have("redis"):
        return ["HOLDSPACE_REDIS_URL: Redis needs its client. Run: pip install 'redis>=8'."]
    return []


def _database(address: str) -> list[str]:
    kind = address.partition(":")[0]
    if address and kind not in DATABASES:
        return ["HOLDSPACE_DATABASE_URL must begin with sqlite:/// or postgresql://."]
    if kind.startswith("postgresql") and not _have(DRIVER):
        return [f"HOLDSPACE_DATABASE_URL: PostgreSQL needs {DRIVER}. Run: pip install '{DRIVER}[binary]>=3.3'."]
    return []


def _have(package: str) -> bool:
    try:
        importlib.import_module(package)
    except ImportError:  # missing, or without the library that it wraps
        return False
    return True


def _unsafe(values: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """What a production house must not leave as it is."""
    missing = [s for s in SETTINGS if s.required and not (s.key in given and values[s.key])]
    found = [f"{s.environment} must be set: {s.about}." for s in missing]
    if not (_whole(values["BASE_URL"]) and urlsplit(values["BASE_URL"]).scheme == "https"):
        found.append("HOLDSPACE_BASE_URL must begin with https:// in production.")
    if values["MAIL_URL"] and "MAIL_FROM" not in given:
        found.append("HOLDSPACE_MAIL_FROM must be set beside HOLDSPACE_MAIL_URL: an address of your own.")
    return found


def _whole(address: str, schemes: Container[str] = WEB) -> bool:
    """Is this an address with a scheme of these and a host?"""
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read(environment: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Every setting by its key. Raises ConfigError with all problems, a line each."""
    given = {s.key: environment[s.environment] for s in SETTINGS if s.environment in environment}
    given |= {key: value for key, value in (overrides or {}).items() if key in {s.key for s in SETTINGS}}
    values: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS:
        raw = given.get(setting.key, setting.default)
        try:
            values[setting.key] = setting.read(raw) if isinstance(raw, str) and raw is not setting.default else raw
        except (TypeError, ValueError) as error:
            problems.append(f"{setting.environment}: {error}.")
            values[setting.key] = setting.default
    if problems := problems + _problems(values, given):
        raise ConfigError("\n".join(problems))
    return values


def demo_secret(instance: Path) -> str:
    """The demo's own random secret, made once and kept in the instance folder, readable by its owner alone.

    It appears whole or not at all, and of several processes that start at once the first one's stays.
    """
    file = instance / "secret"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        own = instance / f"secret.{secrets.token_hex(8)}"
        with os.fdopen(os.open(own, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(own, file)
        own.unlink()
    return file.read_text()


def for_flask(values: Mapping[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions call the same things, and the limits that every request passes."""
    production = values["ENV"] == "production"
    keys = values["SECRET_KEYS"] or (demo_secret(values["INSTANCE"]),)
    database = values["DATABASE_URL"] or f"sqlite:///{values['INSTANCE'] / 'holdspace.sqlite3'}"
    return {
        **values,
        "LIMITS": production if values["LIMITS"] is None else values["LIMITS"],
        "SECRET_KEYS": keys,
        "SECRET_KEY": keys[0],
        "SECRET_KEY_FALLBACKS": list(keys[1:]),
        "SQLALCHEMY_DATABASE_URI": database.replace("postgresql://", f"postgresql+{DRIVER}://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": not database.startswith("sqlite")},
        "TRUSTED_HOSTS": list(values["HOSTS"]),
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 400,
        "SESSION_COOKIE_NAME": "__Host-session" if production else "session",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # pages for seekers touch no session; the signed-in rooms send it again
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
        "REMEMBER_COOKIE_NAME": "__Host-remember" if production else "remember",
        "REMEMBER_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        "BABEL_DEFAULT_LOCALE": "en_GB",
    }
