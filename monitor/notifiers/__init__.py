"""Where alerts go. One kind, one file.

To add a kind, write `notifiers/<kind>.py` with a docstring and three names:

    class Config(NotifierConfig)        its settings, with `kind: Literal["<kind>"] = "<kind>"`
    def message(alert, delivery, settings) -> …
                                        pure: what will be sent; everything foreign in it is escaped here
    class Notifier                      made as `Notifier(settings, post)`; `async send(alert, delivery) -> str | None`

`send` returns a receipt (the far side's id for the message) or None, and raises `Unreachable` (again later),
`Unauthorized` (a person should look; again later), `Rejected` (never again) or `Refused` (our own guard).
Its test is `tests/notifiers/test_<kind>.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from monitor.fetch import AllowPrivate, Answer
from monitor.model import Alert, Delivery
from monitor.pace import Duration

ChannelId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class NotifierConfig(BaseModel):
    """What every kind of channel has. A secret field `x` may be given as `x_file`: see `config`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ChannelId
    kind: str
    allow_private: AllowPrivate = ()
    timeout: Duration = 15.0
    give_up_after: Duration = 86400.0


class PostRequest(Protocol):
    """The polite client's `post` (`fetch.Fetcher.post`), as a notifier sees it. Any status comes back as an Answer."""

    async def __call__(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] = ...,
        allow_private: AllowPrivate = ...,
        timeout: float = ...,
    ) -> Answer: ...


class Notifier(Protocol):
    async def send(self, alert: Alert, delivery: Delivery) -> str | None:
        """Hand the alert over once; return the far side's receipt if it gives one."""
        ...
