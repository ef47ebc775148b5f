"""How a mail leaves the house while somebody waits: by SMTP, over TLS; in the demo, into a folder.

What stands in it is its writer's. Nothing is queued or tried again, and the log hears no address and no word of it.
"""

import logging
import re
import secrets
import smtplib
import socket
import ssl
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from threading import BoundedSemaphore, Event, Timer
from typing import Any
from urllib.parse import unquote, urlsplit

from directory.errors import MailNotSent, MailRefused, MailUnsure

log = logging.getLogger("holdspace.mail")

DEADLINE_S = 10.0
AT_ONCE = 3  # mails on their way in one worker; a silent mail host must not hold every thread of it
PORTS = {"smtps": 465, "smtp": 587}
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
OK, GO_ON, NO, FOR_GOOD = range(200, 300), range(354, 355), range(400, 600), 500  # RFC 5321, 4.2 and 4.3.2
TAKEN = 250
OWN_LOGIN = frozenset({530, 534, 535, 538})  # RFC 4954, 6: the host wants another login of the house's
DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folder:
    """The demo's postbox: every mail becomes a file that mail programs of the same user open, and goes nowhere."""

    sender: str
    path: Path

    def post(self, mail: EmailMessage, _recipient: str) -> None:
        """Write the mail down. Raises MailNotSent when the folder takes nothing."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)
            file = self.path / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}.eml"
            file.touch(0o600, exist_ok=False)
            file.write_bytes(bytes(mail))
        except OSError as problem:
            log.warning("The demo's mail folder takes nothing: %s.", problem.strerror)
            raise MailNotSent from None


@dataclass(frozen=True, slots=True)
class MailHost:
    """A mail host, and how to speak with it.

    ``tls`` from the first byte on; else it begins with STARTTLS, and with a host on this machine not at all. Not more
    than ``AT_ONCE`` mails are on their way at a time, each for at most ``deadline_s`` seconds.
    """

    sender: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    deadline_s: float = DEADLINE_S
    lines: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE), repr=False)

    def post(self, mail: EmailMessage, recipient: str) -> None:
        """Send the mail. Raises MailNotSent, MailRefused, or MailUnsure when nobody can know."""
        if not self.lines.acquire(timeout=1):
            log.warning("%d mails are on their way already, so one was not sent.", AT_ONCE)
            raise MailNotSent
        try:
            with self._call() as smtp:
                self._greet(smtp)
                _hand_over(smtp, self.sender, recipient, bytes(mail))
        except smtplib.SMTPResponseException as answer:
            raise _refusal(answer.smtp_code) from None
        except (OSError, UnicodeError) as problem:  # every failure of smtplib is an OSError; a MailNotSent is none
            log.warning("The mail host can't be spoken with: %s.", type(problem).__name__)
            raise MailNotSent from None
        finally:
            self.lines.release()

    @contextmanager
    def _call(self) -> Iterator[smtplib.SMTP]:
        """A connection that is cut when its time is over, whatever the other side does."""
        own, over = self.sender.rpartition("@")[2], Event()
        smtp = _line(self.tls, own, self.deadline_s / 2)
        smtp._host = self.host  # type: ignore[attr-defined]  # connect() alone doesn't say whose certificate it must be
        clock = Timer(self.deadline_s, _cut, (smtp, over))
        clock.daemon = True
        clock.start()
        try:
            yield smtp
        finally:
            over.set()
            clock.cancel()
            smtp.close()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        """Connect and sign in. A no to this is about the house alone, and never about whom the mail goes to."""
        try:
            if (code := smtp.connect(self.host, self.port)[0]) not in OK:
                raise smtplib.SMTPConnectError(code, "")
            smtp.ehlo_or_helo_if_needed()
            if not self.tls and self.host not in THIS_MACHINE:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if self.user:
                smtp.login(self.user, self.password)
        except smtplib.SMTPResponseException as answer:
            _heard(answer.smtp_code)
            raise MailNotSent from None


def _line(tls: bool, own: str, timeout_s: float) -> smtplib.SMTP:
    """A line that nobody was called on yet; ``own`` is the name that we give of ourselves."""
    if tls:
        return smtplib.SMTP_SSL(local_hostname=own, timeout=timeout_s, context=ssl.create_default_context())
    return smtplib.SMTP(local_hostname=own, timeout=timeout_s)


def _cut(smtp: smtplib.SMTP, over: Event) -> None:
    """End a connection under the hands of whoever reads from it, or as soon as there is one."""
    while not over.wait(0.1):
        with suppress(OSError, AttributeError):
            smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _heard(code: int) -> None:
    log.warning("The mail host said no, with code %d.", code)


def _refusal(code: int) -> MailNotSent:
    _heard(code)
    return MailRefused() if code >= FOR_GOOD and code not in OWN_LOGIN else MailNotSent()


def _must(code: int, wanted: Container[int] = OK) -> None:
    """Go on only after an answer that was wanted."""
    if code not in wanted:
        raise _refusal(code)


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> None:
    """One mail to one address, step by step: smtplib's own way doesn't tell a mail unsent from one unanswered."""
    _must(smtp.mail(sender)[0])
    _must(smtp.rcpt(recipient)[0])
    _must(smtp.docmd("DATA")[0], GO_ON)
    smtp.send(DOT.sub(b"..", mail.rstrip(b"\r\n")) + b"\r\n.\r\n")
    code = _last_word(smtp)
    if code != TAKEN and code not in NO:
        log.warning("The mail host gave no answer to a whole mail.")
        raise MailUnsure
    _must(code)
    with suppress(OSError):
        smtp.docmd("QUIT")


def _last_word(smtp: smtplib.SMTP) -> int:
    """The answer to a whole mail; 0 when there is none."""
    try:
        return smtp.getreply()[0]
    except OSError:
        return 0


Postbox = MailHost | Folder


def postbox(settings: Mapping[str, Any]) -> Postbox | None:
    """Where mail goes by the settings of the house (see config): its mail host, the demo's folder, or nowhere."""
    sender, address = settings["MAIL_FROM"], urlsplit(settings["MAIL_URL"])
    if address.hostname:
        return MailHost(
            sender,
            address.hostname,
            address.port or PORTS[address.scheme],
            unquote(address.username or ""),
            unquote(address.password or ""),
            tls=address.scheme == "smtps",
        )
    return Folder(sender, settings["INSTANCE"] / "mail") if settings["ENV"] == "demo" else None
