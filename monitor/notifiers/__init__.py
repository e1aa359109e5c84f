"""Where alerts go. One kind, one file.

To add a kind, write `notifiers/<kind>.py` with a docstring and three names:

    class Config(NotifierConfig)        its settings, with `kind: Literal["<kind>"] = "<kind>"`
    def message(alert, delivery, settings) -> …
                                        pure: what will be sent; everything foreign in it is escaped here. A notice
                                        (`alert.notice`) reads as one: no rule fired, and there is no original
    class Notifier                      made as `Notifier(settings, post)`; `async send(alert, delivery) -> str | None`

`send` returns a receipt (the far side's id for the message) or None, and raises `Unreachable` (again later),
`Unauthorized` (a person should look; again later), `Rejected` (never again) or `Refused` (our own guard).
Its test is `tests/notifiers/test_<kind>.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from monitor.errors import Rejected, Unauthorized, Unreachable
from monitor.fetch import AllowPrivate, Answer, retry_after
from monitor.model import Alert, Delivery, Guard, Match, Mention, Origin, Post, Verdict, alert_id, post_key
from monitor.pace import Cron, Duration, TimeZone
from monitor.policy.settings import CatchUp, LimitConfig, QuietConfig

ChannelId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class NotifierConfig(BaseModel):
    """What every kind of channel has. A secret field `x` may be given as `x_file`: see `config`.

    timeout        of one send
    give_up_after  how long an alert is tried again before it becomes a dead letter
    pause          between two sends, so that the platform's limit is kept rather than met
    timezone       of the clock by which `quiet` and `digest` go
    quiet          hours in which only what is critical is sent; the rest comes in one message when they end
    limit          the most messages in a stretch of time; what is beyond it comes together in one
    digest         when alerts come, all in one message: a cron expression
    catch_up       of the many alerts found at once after an outage: each sent, one digest, or kept silent
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: ChannelId
    kind: str
    allow_private: AllowPrivate = ()
    timeout: Annotated[Duration, Field(gt=0)] = 15.0
    give_up_after: Annotated[Duration, Field(gt=0)] = 86400.0
    pause: Duration = 0.0
    timezone: TimeZone = "UTC"
    quiet: tuple[QuietConfig, ...] = ()
    limit: LimitConfig | None = None
    digest: Cron | None = None
    catch_up: CatchUp = "digest"


class PostRequest(Protocol):
    """The polite client's `post` (`fetch.Fetcher.post`), as a notifier sees it. Any status comes back as an Answer.

    `most`: bytes of the answer's body that are read.
    """

    async def __call__(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] = ...,
        allow_private: AllowPrivate = ...,
        timeout: float = ...,
        most: int = ...,
    ) -> Answer: ...


class Notifier(Protocol):
    async def send(self, alert: Alert, delivery: Delivery) -> str | None:
        """Hand the alert over once; return the far side's receipt if it gives one."""
        ...


_TRY_LATER = (408, 425, 429)


def accepted(answer: Answer, place: str) -> None:
    """Return if the far side took the message (2xx); else raise what its status means (RFC 9110, 6585, 8470).

    `place` names the channel and the host for a person. The body of the answer is not shown: who can choose the
    address of a webhook must not read through us what stands there.
    """
    status = answer.status
    if 200 <= status < 300:
        return
    if status >= 500 or status in _TRY_LATER:
        wait = retry_after(answer.headers)
        raise Unreachable(f"{place} answered {status}; it is tried again", retry_after=wait, status=status)
    if status == 401:
        raise Unauthorized(f"{place} answered 401: it wants other credentials")
    if 300 <= status < 400:
        raise Rejected(
            f"{place} answered {status}, a redirect, and an alert follows none; write the final address into the "
            "configuration",
            status=status,
        )
    raise Rejected(f"{place} answered {status}: it does not take this message", status=status)


_SPECIMEN = (
    "This is a test of the channel. No ministry wrote it.\n\n"
    "Had this been a real statement, the words that fired would stand in a sentence like this one: "
    "the border near Goris was quiet. What counts for nothing would stand here: there were no losses."
)


def specimen(channel: str, now: datetime) -> Alert:
    """Return an alert that says it is a test, for `monitor send-test`. Its id is new with every `now`."""
    post = _test_post(f"Test of the channel {channel}", now)
    verdict = Verdict(
        alert=True,
        severity="low",
        topics=("test",),
        rules=("test",),
        to=(channel,),
        language="en",
        languages=("en",),
        matches=(Match(rule="test", topic="test", term="border", **_spot("border")),),
        guards=(Guard(guard="unless", cancels=("losses",), **_spot("no losses")),),
        places=(Mention(place="goris", name="Goris", **_spot("Goris")),),
        reasons=("asked for by monitor send-test",),
    )
    origin = Origin(id="send-test", kind="test", name="Test of the monitor")
    return Alert(id=alert_id(post), post=post, origin=origin, verdict=verdict, raised=now)


def _spot(words: str) -> dict[str, Any]:
    start = _SPECIMEN.index(words)
    return {"field": "text", "start": start, "end": start + len(words), "words": words}


def _test_post(title: str, now: datetime) -> Post:
    return Post(
        key=post_key("send-test", now.isoformat()),
        source="send-test",
        kind="test",
        native_id=now.isoformat(),
        published=now,
        seen=now,
        title=title,
        text=_SPECIMEN,
        language="en",
        permalink="https://example.org/test",
    )
