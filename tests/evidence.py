"""What a visit could have left behind, where, and in which spelling: the one check that finds a word that was kept."""

import base64
import json
import re
import zlib
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

UNPACK_WITHIN = 64


@dataclass
class Evidence:
    """Everything that a visit could have left behind, by where it lies."""

    files: dict[str, bytes] = field(default_factory=dict)
    log: str = ""
    headers: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def places(self) -> dict[str, bytes]:
        told = {f"file {name}": held for name, held in self.files.items()}
        told["log"] = self.log.encode()
        told["header"] = "\n".join(self.headers).encode()
        told["cookie"] = "\n".join([*self.cookies, *map(unpacked, self.cookies)]).encode()
        told["address"] = "\n".join([*self.urls, *map(unpacked, self.urls)]).encode()
        return told


def spellings(word: str) -> dict[str, bytes]:
    """Every way in which a word could stand in a file or an address."""
    raw = word.encode()
    made = {"plain": raw, "capitals": word.upper().encode(), "title": word.title().encode(), "hex": raw.hex().encode()}
    made |= {
        "percent": quote(word).encode(),
        "plus": quote_plus(word).encode(),
        "json": json.dumps(word)[1:-1].encode(),
    }
    made |= {"utf-16": word.encode("utf-16-le"), "every letter percent": "".join(f"%{b:02X}" for b in raw).encode()}
    for shift, skipped in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(b"\x00" * shift + raw)
        inner = encoded[skipped : (len(raw) + shift) // 3 * 4]
        made[f"base64 from {shift}"] = inner
        made[f"base64url from {shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return made


def unpacked(address: str) -> str:
    """What the parts of an address or a cookie hold when they are base64, packed or not; sealed ones hold noise."""
    found = []
    for part in re.split(r"[/?&=;.,\s]", address):
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) if len(part) > 15 else b""
        except ValueError:
            continue
        found += [raw, *(opened for start in range(min(len(raw), UNPACK_WITHIN)) if (opened := inflated(raw[start:])))]
    return "\n".join(piece.decode("latin-1") for piece in found)


def inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw)
    except zlib.error:
        return b""


def traces(words: list[str], evidence: Evidence) -> list[tuple[str, str, str]]:
    """(word, where, how) for every place where one of the words was left."""
    places = evidence.places()
    return [
        (word, where, how)
        for word in words
        for how, spelling in spellings(word).items()
        for where, held in places.items()
        if spelling in held
    ]
