"""What matters, why, and how it fares on its way to people."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from monitor.model.gone import Deletion
from monitor.model.post import Like, Place, Post, Repeat, SameAs, Translation
from monitor.model.source import Origin
from monitor.model.value import Value, digest

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


class Match(Value, frozen=True, kw_only=True):
    """One term that fired. `start`, `end`: code points in the post's `field` as stored; `words`: what stands there."""

    rule: str
    topic: str
    term: str
    field: Literal["title", "text"]
    start: int
    end: int
    words: str


class Guard(Value, frozen=True, kw_only=True):
    """Words that say how others are meant: an exercise, "no casualties", a denial, what the other side claims.

    `guard`: the category that names them, or `unless` where a rule has them for itself. `cancels`: the words, as the
    post has them, that count for nothing because of it. `start`, `end`: code points in `field`.
    """

    guard: str
    field: Literal["title", "text"]
    start: int
    end: int
    words: str
    cancels: tuple[str, ...] = ()


class Mention(Value, frozen=True, kw_only=True):
    """A place that a post names. `start`, `end`: code points in `field`; `words`: what stands there.

    `place`: its id in the gazetteer, None while the name may mean several: then `candidates` has their ids.
    `name`: in English; `at`: latitude and longitude in degrees (WGS 84), if they are known and the place is decided.
    `near`: the spelling is one letter off. `within`: ids of what lies around the place, the nearest first;
    `beside`: ids of what it, or a region around it, touches; `called`: the English names of all these.
    """

    place: str | None
    candidates: tuple[str, ...] = ()
    name: str
    at: tuple[float, float] | None = None
    field: Literal["title", "text"]
    start: int
    end: int
    words: str
    near: bool = False
    within: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    called: dict[str, str] = msgspec.field(default_factory=dict)


class Verdict(Value, frozen=True, kw_only=True):
    """What the rules say of one post, and why.

    `reasons`: for an alert one sentence; for silence one per thing that kept it silent (no term, wrong party,
    cancelled by its context, first poll, …). `to`: channel ids of the rules that fired, in the rules' order, and of the
    `routes` that took it, by their ids.
    `idle`: of a later version that changes nothing that matters. `updates`: key of the post of which this one is by its
    own mark a later version.
    `figures`: the numbers of the sentences in which a term stands, as digits.
    `language`: of most of the post, BCP 47; `languages`: all, where its sentences are in several.
    """

    alert: bool
    severity: Severity = "low"
    topics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    idle: bool = False
    updates: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    figures: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    places: tuple[Mention, ...] = ()
    reasons: tuple[str, ...] = ()


Gather = Literal["catch-up", "storm"]


class Joined(Value, frozen=True, kw_only=True):
    """The incident that an alert belongs to, and when that was `opened`.

    `number`: 1 for the alert that opened it, then 2, 3 and so on. `adds`: what it adds that cannot wait, in words; None
    for what may be gathered with others. `why`: what it has in common with the incident, in words; empty for the first.
    """

    incident: str
    number: int = 1
    adds: str | None = None
    why: str = ""
    opened: datetime | None = None


class Part(Value, frozen=True, kw_only=True):
    """Words of two versions of a text: the `same` in both, `gone` with the first, or `new` in the second."""

    kind: Literal["same", "gone", "new"]
    words: str


class Change(Value, frozen=True, kw_only=True):
    """What a later version changes, in short: `summary` in one line, `parts` around what matters most in it."""

    summary: str
    parts: tuple[Part, ...] = ()


class Alert(Value, frozen=True, kw_only=True):
    """One alert: the post, who said it, and the verdict. `id` is stable for post and revision, see `alert_id`.

    `notice`: set where nothing was published and the monitor itself has something to say to whoever runs it (`silent`,
    `failing`, `recovered`, …): then `post` holds its words, `origin` is the source they are about.
    `incident`: None where alerts are not grouped. `gather`: it is one of many that came at once, because we could not
    ask for a while or because its source floods: told together, not each by itself.
    `places`: where the statement is known from, its own among them, the first place first; empty if from here alone.
    `translation_of`: the post by which its party said the same in another language before.
    `change`: of an update, what it changes of the last version that said something else.
    """

    id: str
    post: Post
    origin: Origin
    verdict: Verdict
    raised: datetime
    update: bool = False
    change: Change | None = None
    notice: str | None = None
    places: tuple[Place, ...] = ()
    incident: Joined | None = None
    gather: Gather | None = None
    translation_of: Translation | None = None


class Delivery(Value, frozen=True, kw_only=True):
    """One alert on its way to one channel. `id` travels with the message, so a repeat can be recognised there.

    `attempts`: sends begun before this one. `queued`: when the alert was raised for this channel. `entry`: its
    place in the outbox while it is there. `left`: the only recipients still to be served, where some took it before;
    `lost`: those who refused it for good.

    held         why it waits although the channel takes alerts, in words; `until`: for how long
    bundle       what it waits with: all deliveries of one bundle go in one message
    lead         the delivery in whose message it went, or goes while it is `gathered`; None: it has one of its own
    members      the deliveries that go in this one's message; `gathered`: when that was settled, `why`: by what
    begun        a send was begun and may have arrived: whatever comes, it is repeated as it was
    root         the first delivery of its incident on this channel, in whose thread it belongs; `follows`: its receipt
    acknowledge  the signed address at which a person takes the incident in hand
    """

    id: str
    alert: str
    channel: str
    state: Literal["waiting", "gathered", "arrived", "dead", "silenced"] = "waiting"
    attempts: int = 0
    entry: str = ""
    queued: datetime | None = None
    due: datetime | None = None
    arrived: datetime | None = None
    error: str | None = None
    receipt: str | None = None
    left: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    held: str | None = None
    until: datetime | None = None
    bundle: str | None = None
    lead: str | None = None
    members: tuple[str, ...] = ()
    gathered: datetime | None = None
    why: str | None = None
    begun: bool = False
    root: str | None = None
    follows: str | None = None
    acknowledge: str | None = None


class ChannelState(Value, frozen=True, kw_only=True):
    """How a channel's queue is. `oldest`: when the alert that waits longest was raised."""

    id: str
    waiting: int = 0
    dead: int = 0
    arrived: int = 0
    oldest: datetime | None = None
    last_arrived: datetime | None = None
    failures: int = 0
    error: str | None = None


class Entry(Value, frozen=True, kw_only=True):
    """One line of the posts stream: a new post or a new version, and what became of it.

    id        the stream's id, in order of arrival
    silent    from a source's first poll: shown, never alerted
    previous  the version before this one, for a revision above 1
    copy_of   key of an earlier post of another source with the same words
    same_as   the post by which another source of the party said this statement first, in another coat
    like      the post that this one is a near copy of: reposted later, shortened, extended; or that others wrote up
    translation_of  the post of its party that said the same in another language before; `translations`: those that do
              it after this one (only in `posts.history`)
    later     posts that are by their own mark later versions of this one (only in `posts.history`)
    repeats   later addresses of the same words in the same source, and later places of the statement in other sources
              (only in `posts.history`)
    deletion  of the post, whatever the version: it is gone, or was for a while
    gather    see `Alert`
    held      its version was changed in place; shown once somebody has judged what that changes
    verdict   None until the judge has read it; `alert` is the alert's id where one was raised
    """

    id: str
    post: Post
    silent: bool = False
    previous: Post | None = None
    copy_of: str | None = None
    same_as: SameAs | None = None
    like: Like | None = None
    translation_of: Translation | None = None
    translations: tuple[Translation, ...] = ()
    later: tuple[Place, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    verdict: Verdict | None = None
    alert: str | None = None
    deletion: Deletion | None = None
    gather: Gather | None = None
    held: bool = False


class Marked(Value, frozen=True, kw_only=True):
    """A post that was just found deleted, or there again, in its newest version; `entry.deletion` says which."""

    entry: Entry


def alert_id(post: Post) -> str:
    return digest("alert", post.key, str(post.revision))


def delivery_id(alert: str, channel: str) -> str:
    return digest("delivery", alert, channel, length=32)
