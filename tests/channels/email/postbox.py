"""A mail server as it stands at a provider's: it takes mails, refuses, delays, hangs up, and wants TLS or a password."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE = 20.0
PASSWORD = "c0ntraseña/de-correo"


@dataclass
class Postbox:
    """What has come, and how the server answers."""

    recipient: str = ""
    """Its answer to RCPT; empty: well."""
    data: str = ""
    """Its answer after the mail."""
    hangs_up: bool = False
    """It takes the mail, and the line is cut before it says so."""
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    safe: list[bool] = field(default_factory=list)
    """Whether each came over TLS."""
    port: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def has(self, number: int) -> None:
        """Waits until so many have come."""
        async with asyncio.timeout(PATIENCE):
            while len(self.mails) < number:
                self.came.clear()
                await self.came.wait()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data:
            return self.data
        self.raw.append(envelope.content)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        self.came.set()
        self.safe.append(server.transport.get_extra_info("ssl_object") is not None)
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


def _lets_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


@asynccontextmanager
async def postbox(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False
) -> AsyncIterator[Postbox]:
    box = Postbox()
    loop = asyncio.get_running_loop()

    def served() -> SMTP:
        wants: dict[str, Any] = {"authenticator": _lets_in, "auth_required": True} if login else {}
        with warnings.catch_warnings(action="ignore"):  # of passwords in the clear: here it is meant to be
            return SMTP(
                box, hostname="mail.example.com", loop=loop, tls_context=starttls,
                require_starttls=starttls is not None, auth_require_tls=False, **wants,
            )  # fmt: skip

    server = await loop.create_server(served, "127.0.0.1", 0, ssl=tls)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


@dataclass(frozen=True)
class Papers:
    """A certificate of a server's own, and who trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def papers(folder: Path) -> Papers:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    at = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(at - timedelta(1)).not_valid_after(at + timedelta(1))
        .add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paper, secret = folder / "paper.pem", folder / "key.pem"
    paper.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(paper, secret)
    return Papers(server, ssl.create_default_context(cafile=str(paper)))
