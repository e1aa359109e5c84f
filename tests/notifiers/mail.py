"""A real mail server on the loopback, that answers what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

TLS = Path(__file__).parent.parent / "data" / "tls"


@dataclass
class MailServer:
    """What arrived, and what to answer: `rcpt` by recipient, `data` to the letter itself."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 2.0.0 queued as 4F3"
    password: bytes = b"right"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.raw.append(envelope.content)
            self.letters.append(message_from_bytes(envelope.content, policy=default))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == self.password, handled=False)


@contextlib.asynccontextmanager
async def mail_server(*, tls: Any = None, starttls: bool = False, **options: Any) -> AsyncIterator[MailServer]:
    """Serve real SMTP on the loopback, in this loop. `tls`: from the first byte on."""
    mail, loop, open_ = MailServer(), asyncio.get_running_loop(), list[SMTP]()

    def session() -> SMTP:
        server = SMTP(
            mail, loop=loop, hostname="mail.test", tls_context=server_tls() if starttls else None,
            authenticator=mail.authenticate, **options,
        )  # fmt: skip
        open_.append(server)
        return server

    listener = await loop.create_server(session, "127.0.0.1", 0, ssl=tls)
    mail.port = listener.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        listener.close()
        for server in open_:
            for transport in (server.transport, server._original_transport):
                if isinstance(transport, asyncio.WriteTransport):
                    transport.abort()
        await listener.wait_closed()


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    return context
