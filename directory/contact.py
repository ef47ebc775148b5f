"""The relay: what somebody wrote to a therapist who chose to be written to, as a mail to that therapist alone.

It is sent while the person waits (see mail) and kept nowhere. No word of theirs enters a header but a checked address.
"""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

POLICY = SMTP.clone(cte_type="7bit")
ADDRESS = re.compile(r"[!#-'*+\-/-9=?A-Z^-~]+(\.[!#-'*+\-/-9=?A-Z^-~]+)*@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
SPECIAL = re.compile(r'[",()<>@;:\\\[\]]')  # RFC 5322, 3.2.3, but the dot, which every mail program takes in a name
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def is_address(text: str) -> bool:
    """Is this one plain mail address in ASCII, as every mail host takes it?"""
    return len(text) <= MAX_ADDRESS and ADDRESS.fullmatch(text) is not None


def address_of(person: Any) -> str:
    """Where messages to this therapist are passed on to; empty: they take none."""
    told: str = person.consult.relay_to if person.consult else ""
    return told if is_address(told) else ""


def letter(
    *, to: str, name: str, sender: str, sent_by: str, subject: str, text: str, reply_to: str = ""
) -> EmailMessage:
    """A mail with ``text`` to one therapist, by ``name`` at ``to``, from the house (``sent_by`` at ``sender``).

    Answers go to ``reply_to``, when there is one. Raises ValueError for an address that isn't one.
    """
    if not all(is_address(told) for told in (to, sender, reply_to or to)):
        raise ValueError("not a mail address")
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(as_name(sent_by), addr_spec=sender)
    mail["To"] = Address(as_name(name), addr_spec=to)
    if reply_to:
        mail["Reply-To"] = Address(addr_spec=reply_to)
    mail["Subject"] = one_line(subject)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(idstring="relay", domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no away note may come back to the house
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(as_lines(text), charset="utf-8")
    return mail


def one_line(text: str) -> str:
    """A text fit for a header: one line, nothing unseen, nothing that turns the letters after it around.

    No encoded word either (RFC 2047): the mail library would read it, and write what it hides, line ends and all.
    """
    return " ".join(TURNING.sub("", UNSEEN.sub(" ", text)).replace("=?", "= ?").split())


def as_name(text: str) -> str:
    """A name fit to stand before an address, without what would need quotes: folding a long line loses them."""
    return one_line(SPECIAL.sub(" ", text))


def as_lines(text: str) -> str:
    """A text fit for the body of a mail: its lines end in one way, and what can't be seen is left out."""
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
