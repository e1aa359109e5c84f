"""Alerts by e-mail: one letter for each alert, as plain text and as HTML, through the operator's own mail server.

The only file that knows aiosmtplib. A certificate that cannot be trusted and a server without STARTTLS stop the letter;
there is no falling back to plain text, except to this very machine. Letters are in `_letter`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Annotated, Literal, Self

import aiosmtplib
import structlog
from pydantic import AfterValidator, ConfigDict, Field, FilePath, SecretStr, model_validator

from monitor.errors import Partly, Rejected, Unauthorized, Unreachable
from monitor.guard import AllowPrivate, Resolver
from monitor.model import Alert, Delivery
from monitor.notifiers import NotifierConfig, PostRequest
from monitor.notifiers._letter import address, letter
from monitor.notifiers._text import one_line, shorten
from monitor.pace import Duration

log = structlog.get_logger("notifiers.email")

Security = Literal["tls", "starttls", "none"]
Answer = aiosmtplib.SMTPResponse | aiosmtplib.SMTPResponseException

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_LOOPBACK: AllowPrivate = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
_GOODBYE = 2.0  # seconds a server gets to answer QUIT, when the letter is long accepted
_LOGIN_CODES = (530, 534, 535, 538)


def _mailbox(value: str) -> str:
    address(value)
    return value.strip()


Mailbox = Annotated[str, AfterValidator(_mailbox)]


class Config(NotifierConfig):
    """Where the mail server is, who writes, and to whom.

    security  `tls` from the first byte, `starttls` before anything else, `none`; `auto` is `tls` at port 465, `none`
              to this very machine when no password is sent, and `starttls` everywhere else
    ca_file   certificates to trust instead of the system's, for a mail server with its own authority
    timeout   of the whole conversation; long, for a letter that was accepted too late is sent twice
    """

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["email"] = "email"
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")]
    port: Annotated[int, Field(gt=0, lt=65536)] | None = None
    security: Literal["auto", "tls", "starttls", "none"] = "auto"
    username: str | None = None
    password: SecretStr | None = None
    from_: Annotated[Mailbox, Field(alias="from")]
    to: Annotated[tuple[Mailbox, ...], Field(min_length=1)]
    subject_prefix: str = ""
    ca_file: FilePath | None = None
    timeout: Annotated[Duration, Field(gt=0)] = 60.0

    @model_validator(mode="after")
    def _password_in_private(self) -> Self:
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password belong together; give both, or neither")
        if self.password and self.security == "none":
            raise ValueError("a password is only sent over TLS; set security to starttls or tls, or leave it out")
        return self

    @property
    def protection(self) -> Security:
        """Return what `security` means for this host and port."""
        if self.security != "auto":
            return self.security
        if self.port == 465:
            return "tls"
        private = self.host in _THIS_MACHINE and not self.password and self.port != 587
        return "none" if private else "starttls"

    @property
    def place(self) -> tuple[str, int]:
        return self.host, self.port or _PORTS[self.protection]


message = letter


class Notifier:
    """Sends each letter over a connection of its own. SMTP needs no `post`."""

    def __init__(self, settings: Config, post: PostRequest | None = None) -> None:  # noqa: ARG002  # all are made alike
        self.settings = settings
        self._resolver = Resolver()
        self._trust: ssl.SSLContext | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, alert: Alert, delivery: Delivery) -> str:
        """Hand one letter to the mail server, for `delivery.left` or else for all of `to`; return what it said.

        Raises Unreachable or Rejected if the server took it for nobody and says the same of everybody, Unauthorized,
        or Partly: whoever has it gets it no second time. Returns as soon as the letter is accepted.
        """
        settings = self.settings
        recipients = delivery.left or tuple(dict.fromkeys(address(to).addr_spec for to in settings.to))
        with _translated(f"channel {settings.id}: {settings.host}"):
            async with asyncio.timeout(settings.timeout):
                client = await self._connected()
                try:
                    letter = message(alert, delivery, settings)
                    refused, words = await client.send_message(letter, recipients=recipients)
                except BaseException:
                    _hang_up(client)
                    raise
            leaving = asyncio.create_task(_goodbye(client), name=f"email: leaving {settings.host}")
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        if refused:
            refusal = _refusal(f"channel {settings.id}: {settings.host}", refused, len(recipients) - len(refused))
            log.warning("email.recipients_refused", channel=settings.id, delivery=delivery.id, refused=str(refusal))
            raise refusal
        return shorten(one_line(words), 200)

    async def _connected(self) -> aiosmtplib.SMTP:
        """Return a client that has greeted, agreed on TLS where wanted, and logged in."""
        settings, protection = self.settings, self.settings.protection
        if self._trust is None:
            self._trust = await asyncio.to_thread(ssl.create_default_context, cafile=settings.ca_file)
        sock = await self._socket()
        client = aiosmtplib.SMTP(
            hostname=settings.host,  # the name its certificate must bear
            sock=sock,
            local_hostname=_literal(sock),
            use_tls=protection == "tls",
            start_tls=False,  # begun below, where its lack gets a sentence of its own
            tls_context=self._trust,
            timeout=settings.timeout,
        )
        try:
            await client.connect()
            await self._introduced(client)
        except BaseException:
            _hang_up(client)
            sock.close()
            raise
        return client

    async def _introduced(self, client: aiosmtplib.SMTP) -> None:
        settings = self.settings
        await client.ehlo()
        if settings.protection == "starttls":
            if not client.supports_extension("starttls"):
                raise aiosmtplib.SMTPException("it offers no STARTTLS, and nothing is sent there unprotected")
            await client.starttls()
        if settings.username and settings.password:
            await client.login(settings.username, settings.password.get_secret_value())

    async def _socket(self) -> socket.socket:
        """Connect to an address the guard has checked. This machine's own mail server needs no permission."""
        host, port = self.settings.place
        private = self.settings.allow_private + (_LOOPBACK if host in _THIS_MACHINE else ())
        addresses = await self._resolver.reach(host, port, allow_private=private, ports=frozenset({port}))
        failure = OSError("no address")
        for numeric in addresses:
            sock = socket.socket(socket.AF_INET6 if numeric.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            try:
                async with asyncio.timeout(self.settings.timeout / (len(addresses) + 1)):
                    await asyncio.get_running_loop().sock_connect(sock, (str(numeric), port))
            except OSError as why:  # a TimeoutError is one
                sock.close()
                failure = why
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise failure


def _literal(sock: socket.socket) -> str:
    """Return our own address as EHLO wants it of a client without a name of its own (RFC 5321, 4.1.3)."""
    own = sock.getsockname()[0]
    return f"[IPv6:{own}]" if ":" in own else f"[{own}]"


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    """Leave in good form, as RFC 5321, 4.1.1.10 wants it, without keeping anybody waiting."""
    try:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=_GOODBYE)
    finally:
        _hang_up(client)


def _hang_up(client: aiosmtplib.SMTP) -> None:
    """Drop the connection now; closing TLS in good form would wait for the other side."""
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


@contextlib.contextmanager
def _translated(place: str) -> Iterator[None]:
    """Turn what aiosmtplib and sockets raise into our errors, each naming the place.

    Only an answer to MAIL, RCPT or DATA is about the letter; a 5xx before that is about the connection, and keeps.
    """
    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _refusal(place, {one.recipient: one for one in error.recipients}) from error
    except aiosmtplib.SMTPResponseException as error:
        if error.code in _LOGIN_CODES:
            raise Unauthorized(f"{place} refuses the login ({_said(error)}); check username and password") from error
        if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError) and error.code >= 500:
            raise Rejected(f"{place} refuses the letter ({_said(error)})", status=error.code) from error
        raise Unreachable(f"{place} cannot now ({_said(error)}); it is tried again", status=error.code) from error
    except aiosmtplib.SMTPNotSupported as error:
        raise Rejected(f"{place}: {error}") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unreachable(f"{place} did not take the letter: {_reason(error)}; it is tried again") from error


def _refusal(place: str, refused: Mapping[str, Answer], accepted: int = 0) -> Partly | Rejected | Unreachable:
    """Return what it means that the server said no to these recipients and yes to `accepted` others. Pure."""
    left = tuple(who for who, said in refused.items() if said.code < 500)
    lost = tuple(who for who, said in refused.items() if said.code >= 500)
    named = ", ".join(f"{who} ({_said(said)})" for who, said in refused.items())
    if accepted or (left and lost):
        return Partly(f"{place} takes the letter for {accepted}, not for {named}", left=left, lost=lost)
    if left:
        return Unreachable(f"{place} takes the letter for nobody at present: {named}")
    return Rejected(f"{place} refuses every recipient: {named}", status=next(iter(refused.values())).code)


def _said(error: Answer) -> str:
    return f"{error.code} {shorten(one_line(error.message), 200)}"


def _reason(error: BaseException) -> str:
    """Return what happened in words, from the innermost cause that has any."""
    cause: BaseException | None = error
    reason = one_line(str(error))
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not to be trusted ({cause.verify_message}); if it comes from an authority of your "
                "own, name that in ca_file"
            )
        if isinstance(cause, ssl.SSLError):
            return "TLS could not be agreed on; is `security` right for this port?"
        if isinstance(cause, OSError) and cause.errno:
            reason = os.strerror(cause.errno)
        cause = cause.__cause__
    return reason or "no answer in time"
