"""What a case is: what the far side does, what has to come of each poll, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from tests.servers import Script

Outcome = Literal["healthy", "unreachable", "unreadable", "refused", "blocked", "rejected", "unauthorized"]

# What puts an end to a case: its own answer (or ours) at once, or one of the limits.
End = Literal["at once", "deadline", "worker", "lookup"]

CANARY = "127.0.0.2"  # a private address that no source may be led to: each one's `allow_private` is 127.0.0.1
NOTHING: Mapping[str, str] = MappingProxyType({})


class Then(NamedTuple):
    """What comes of one poll: how the source is, and how many posts of it have been stored by then."""

    outcome: Outcome
    posts: int = 0


class Stage(NamedTuple):
    """What a case may point at. `canary`: host and port that must stay untouched; `port`: the port of its own."""

    canary: str
    canary_port: int


Make = Callable[[Stage], Script | str]


@dataclass(frozen=True)
class Case:
    """`make` returns what a server of the case's own says, or an address that is a fault by itself.

    then    what comes of the first poll, the second, …; the last holds for all that follow
    host    under which its server is asked; `scheme`: and how. `tls`: it can talk TLS
    titles  of posts that must be stored just so
    alone   why it cannot be a source of the daemon of the large test; empty if it can
    """

    name: str
    family: str
    line: str
    make: Make
    then: tuple[Then, ...]
    ends: End = "at once"
    host: str = "127.0.0.1"
    scheme: Literal["http", "https"] = "http"
    tls: bool = False
    titles: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    alone: str = ""

    @property
    def id(self) -> str:
        """Its name as the id of a source."""
        return self.name.replace(" ", "-").lower()


def healthy(posts: int) -> Then:
    return Then("healthy", posts)


def fails(outcome: Outcome, *, kept: int = 0) -> Then:
    """Return the end of a poll that failed; `kept`: posts of earlier polls that are still there."""
    return Then(outcome, kept)


class Family(list[Case]):
    """Cases of one kind, in the order of their file. As a decorator it makes a case of a function.

    The function's name is the case's name, its docstring the line about it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def made(
        self,
        name: str,
        line: str,
        make: Make,
        *then: Then,
        titles: tuple[str, ...] = (),
        settings: Mapping[str, str] = NOTHING,
    ) -> None:
        """Add one case of a table."""
        self.append(Case(name, self.name, line, make, then, titles=titles, settings=settings))

    def __call__(
        self,
        *then: Then,
        ends: End = "at once",
        host: str = "127.0.0.1",
        scheme: Literal["http", "https"] = "http",
        tls: bool = False,
        titles: tuple[str, ...] = (),
        settings: Mapping[str, str] = NOTHING,
        alone: str = "",
    ) -> Callable[[Make], Make]:
        def noted(make: Make) -> Make:
            name = make.__name__.strip("_").replace("_", " ")
            line = " ".join((make.__doc__ or "").split())
            self.append(Case(name, self.name, line, make, then, ends, host, scheme, tls, titles, settings, alone))
            return make

        return noted
