"""Sealed links: what a person chose, encrypted into an address that expires. Nothing is stored.

Which page a link belongs to and what it may hold is said by the views; why, in docs/decisions."""

import base64
import binascii
import json
import os
import re
import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.errors import ConfigError, LinkAltered, LinkExpired, TooLong

HOUR_S = 3600
LIFETIMES_S = {
    "step": 4 * HOUR_S,
    "matches": 4 * HOUR_S,
    "consult-sheet": 4 * HOUR_S,
    "search": HOUR_S,
    "shortlist": 30 * 24 * HOUR_S,
    "letter": 2 * HOUR_S,
}
MAX_TOKEN = 3600  # characters: with the rest of an address below the 4,094 bytes that gunicorn takes in a request line
MAX_WORDS = 24
MAX_TEXT = 280

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
STEP_BYTES = 512
LENGTH_BYTES = 4
TOKEN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def fits(token: str) -> bool:
    """Whether a token is short enough for an address."""
    return len(token) <= MAX_TOKEN


class Sealer:
    """Seals with the newest key and opens with any. Keys are secrets of at least 32 random characters, newest first.

    Each purpose has a key of its own (HKDF-SHA256, RFC 5869) for AES-256-GCM with a random 96-bit nonce. Version,
    key id and purpose are authenticated; the expiry lies inside the ciphertext."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigError("Give at least one secret key.")
        self._newest = _derived(keys[0], "key id", KEY_ID_BYTES)
        self._ciphers = {
            (_derived(key, "key id", KEY_ID_BYTES), purpose): AESGCM(_derived(key, f"purpose {purpose}", 32))
            for key in reversed(keys)
            for purpose in LIFETIMES_S
        }

    def seal(self, purpose: str, payload: Mapping[str, object], *, now: int, lifetime_s: int | None = None) -> str:
        """A URL-safe token holding ``payload`` (JSON types) until ``now`` (Unix seconds) + ``lifetime_s``.

        Without ``lifetime_s`` the purpose's own lifetime counts. Check ``fits`` before it becomes an address."""
        expires = now + (LIFETIMES_S[purpose] if lifetime_s is None else lifetime_s)
        head, nonce = VERSION + self._newest, os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._newest, purpose]
        sealed = cipher.encrypt(nonce, _packed({"expires": expires, "payload": payload}), head + purpose.encode())
        return base64.urlsafe_b64encode(head + nonce + sealed).rstrip(b"=").decode("ascii")

    def open(self, purpose: str, token: str, *, now: int) -> dict[str, Any]:
        """What a token of this purpose holds. Raises LinkAltered, or LinkExpired after its last second."""
        raw = _decoded(token)
        head, nonce = raw[: 1 + KEY_ID_BYTES], raw[1 + KEY_ID_BYTES : 1 + KEY_ID_BYTES + NONCE_BYTES]
        cipher = self._ciphers.get((head[1:], purpose))
        if head[:1] != VERSION or cipher is None:
            raise LinkAltered
        try:
            held = _unpacked(cipher.decrypt(nonce, raw[len(head) + len(nonce) :], head + purpose.encode()))
        except (InvalidTag, ValueError):
            raise LinkAltered from None
        if now > held["expires"]:
            raise LinkExpired
        payload: dict[str, Any] = held["payload"]
        return payload


def seal_search(sealer: Sealer, words: Sequence[str], text: str, rest: Mapping[str, object], *, now: int) -> str:
    """A search link that always fits: at most 24 words and 280 characters of what was typed, in any script.

    Words are dropped from the end until it fits, then typed text (docs/decisions/0004). The payload has the
    keys ``words`` and ``text`` beside those of ``rest``. Raises TooLong when ``rest`` alone is too long."""
    words, text = list(words[:MAX_WORDS]), text[:MAX_TEXT]

    def sealed(kept_words: int, kept_text: int) -> str:
        held = {**rest, "words": words[:kept_words], "text": text[:kept_text]}
        return sealer.seal("search", held, now=now)

    kept_words = _most(len(words), lambda kept: fits(sealed(kept, len(text))))
    if kept_words is not None:
        return sealed(kept_words, len(text))
    kept_text = _most(len(text), lambda kept: fits(sealed(0, kept)))
    if kept_text is None:
        raise TooLong
    return sealed(0, kept_text)


def _most(limit: int, allowed: Callable[[int], bool]) -> int | None:
    """The largest number from 0 to ``limit`` that is allowed, when all below an allowed one are; None when none is."""
    if not allowed(0):
        return None
    return limit if allowed(limit) else bisect_left(range(1, limit), True, key=lambda kept: not allowed(kept))


def _derived(key: str, purpose: str, length: int) -> bytes:
    info = b"holdspace sealed links " + VERSION + purpose.encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(key.encode())


def _packed(held: Mapping[str, object]) -> bytes:
    """Compact JSON, deflated, with its length in front, filled with zeros to whole steps of 512 bytes."""
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    body = zlib.compress(text, 9)
    filled = len(body).to_bytes(LENGTH_BYTES) + body
    return filled + bytes(-len(filled) % STEP_BYTES)


def _unpacked(filled: bytes) -> dict[str, Any]:
    length = int.from_bytes(filled[:LENGTH_BYTES])
    held: dict[str, Any] = json.loads(zlib.decompress(filled[LENGTH_BYTES : LENGTH_BYTES + length]))
    return held


def _decoded(token: str) -> bytes:
    """The bytes of a token, or LinkAltered at once; only the one spelling that we would have written is taken."""
    if not fits(token) or not TOKEN.fullmatch(token):
        raise LinkAltered
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        raise LinkAltered from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != token:
        raise LinkAltered
    return raw
