"""What an operator writes of the policy: routes, grouping, quiet hours, limits."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.model import Severity
from monitor.pace import Duration

RouteId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CatchUp = Literal["alert", "digest", "silent"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def _clock(value: object) -> object:
    """Leave a time of day as it is written, `07:00`; YAML 1.1 reads `22:00` without quotes as a number, 1320."""
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and 0 <= value <= 1440 else value


def _time_of_day(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError(f"{value!r} is no time of day; wanted is one like 07:00")
    return value


Clock = Annotated[str, BeforeValidator(_clock), AfterValidator(_time_of_day)]


class Selector(BaseModel):
    """Which alerts are meant. Empty or None lets all through; of a list, one is enough; all fields must hold.

    severity   this or a higher one
    places     ids in the gazetteer; a region or country means everything in it
    languages  BCP 47; `ru` means `ru-RU` too
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    severity: Severity | None = None
    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    official: bool | None = None
    languages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class StepConfig(BaseModel):
    """Who is called if nobody has acknowledged an incident so long `after` the route first took an alert of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[Duration, Field(gt=0)]
    to: Annotated[tuple[str, ...], Field(min_length=1)]


class RouteConfig(Selector):
    """Where the alerts that it selects go. The first route that selects an alert takes it, unless it says `go_on`.

    to      channel ids, told at once
    then    who is called while nobody has acknowledged the incident
    wait, interval, repeat   instead of those of `grouping`
    """

    id: RouteId
    to: tuple[str, ...] = ()
    then: tuple[StepConfig, ...] = ()
    go_on: bool = False
    wait: Duration | None = None
    interval: Duration | None = None
    repeat: Duration | None = None


class GroupingConfig(BaseModel):
    """Alerts on one incident become one thread. The names have Alertmanager's meaning.

    within    how long an incident takes further alerts after its newest
    wait      before the first message of an incident is sent (`group_wait`)
    interval  between two messages of an incident; what comes meanwhile is gathered, unless it adds something that
              cannot wait (`group_interval`)
    repeat    after which an incident that nobody acknowledged is told again; 0 for never (`repeat_interval`)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    within: Annotated[Duration, Field(gt=0)] = 7200.0
    wait: Duration = 0.0
    interval: Duration = 300.0
    repeat: Duration = 0.0


class QuietConfig(BaseModel):
    """Hours in which a channel is left in peace; only `critical` breaks them.

    `from` and `to` are times of day on the channel's clock, `to` after midnight where it is not the later one;
    `days`: on which they begin, all where none is named.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: Annotated[Clock, Field(alias="from")]
    to: Clock
    days: tuple[Day, ...] = ()


class LimitConfig(BaseModel):
    """The most messages a channel gets in a stretch of time; what is beyond it comes together in one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages: Annotated[int, Field(gt=0, le=1000)]
    per: Annotated[Duration, Field(gt=0)]


class Policy(NamedTuple):
    """What holds for all channels alike."""

    routes: tuple[RouteConfig, ...] = ()
    grouping: GroupingConfig | None = None
