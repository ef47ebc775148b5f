"""A mail host of the tests' own on loopback: takes mail, or says no, falls silent or hangs up at a step of the talk."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STEPS = ("CALL", "EHLO", "MAIL", "RCPT", "DATA", "DOT")
SAID = {"CALL": "220 here", "EHLO": "250 hello", "MAIL": "250 fine", "RCPT": "250 fine", "DATA": "354 go on"}
SAID |= {"DOT": "250 taken", "QUIT": "221 bye", "AUTH": "235 welcome", "STARTTLS": "220 go on"}
Does = Callable[[socket.socket], None]


def says(line: str) -> Does:
    """A step at which the host says this."""
    return lambda line_: line_.sendall(f"{line}\r\n".encode())


def hangs(line: socket.socket) -> None:
    """A step at which the host says nothing any more, until the other side hangs up."""
    line.settimeout(30)
    while line.recv(4096):
        pass


def hangs_up(line: socket.socket) -> None:
    """A step at which the host goes without a word."""
    line.shutdown(socket.SHUT_RDWR)


def drips(line: socket.socket) -> None:
    """A step at which the host says a letter at a time, without end."""
    while True:
        line.sendall(b"2")
        time.sleep(0.05)


class MailHost:
    """Listens on a free port of ``address`` while the block runs. ``mails`` are (sender, recipients, bytes)."""

    def __init__(self, at: str = "", does: Does | None = None, *, address: str = "127.0.0.1", offers: str = "") -> None:
        self.at, self.does, self.offers = at, does, offers
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.heard: list[str] = []
        self.tls: ssl.SSLContext | None = None
        self._listening = socket.create_server((address, 0))
        self.port = self._listening.getsockname()[1]

    def __enter__(self) -> "MailHost":
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    @property
    def messages(self) -> list[EmailMessage]:
        """Every mail that was taken, as a mail program reads it."""
        plain = policy.default
        return [
            message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=plain) for _sender, _recipients, raw in self.mails
        ]

    def _listen(self) -> None:
        while True:
            try:
                line, _whence = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        try:
            self._answer(line, "CALL")
            self._listen_to(line)
        except (OSError, ValueError):
            line.close()

    def _listen_to(self, line: socket.socket) -> None:
        sender, recipients, reading = "", [], line.makefile("rb")
        while told := reading.readline():
            said = told.decode("latin-1").strip()
            word = said.split(" ")[0].upper().replace("HELO", "EHLO")
            self.heard.append(f"{word} {said.partition(' ')[2]}")
            if word == "MAIL":
                sender, recipients = said.split("<")[1].split(">")[0], []
            elif word == "RCPT":
                recipients.append(said.split("<")[1].split(">")[0])
            self._answer(line, word)
            if word == "STARTTLS" and self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
                reading = line.makefile("rb")
            if word == "DATA":
                raw = _up_to_the_dot(reading)
                self._answer(line, "DOT", taken=lambda got=(sender, recipients, raw): self.mails.append(got))

    def _answer(self, line: socket.socket, step: str, taken: Callable[[], None] = lambda: None) -> None:
        if step == self.at and self.does:
            return self.does(line)
        taken()
        if step == "EHLO" and self.offers:
            line.sendall(f"250-hello\r\n250 {self.offers}\r\n".encode())
        else:
            says(SAID.get(step, "500 what?"))(line)


def words_of(message: EmailMessage) -> str:
    """The text of a mail, its lines ended as ours are."""
    return message.get_content().replace("\r\n", "\n")


def _up_to_the_dot(reading: BinaryIO) -> bytes:
    """A mail without the dots that stand before its dots. Raises ValueError when the other side hangs up before."""
    lines = []
    while (line := reading.readline()) != b".\r\n":
        if not line:
            raise ValueError("no end")
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


def certified(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for a loopback address, and the file of the one certificate that vouches for it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail host of a test")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(pem)
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context, folder / "certificate.pem"
