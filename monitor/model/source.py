"""Who said it, what one poll of it gives, and how it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from monitor.model.post import Post
from monitor.model.value import Value

Health = Literal["new", "healthy", "late", "failing", "blocked", "gone", "changed"]


class Origin(Value, frozen=True, kw_only=True):
    """What rules and alerts know of a source. `timezone`: IANA name of the clock its publisher goes by."""

    id: str
    kind: str
    name: str
    party: str | None = None
    official: bool = False
    language: str | None = None
    timezone: str | None = None


class Hints(Value, frozen=True, kw_only=True):
    """How often a document asks to be read. None or empty where it says nothing.

    ttl         seconds: RSS 2.0 `ttl`
    period      seconds: `sy:updatePeriod` divided by `sy:updateFrequency` (RSS 1.0 syndication module)
    skip_hours  hours of the day in GMT, 0 to 23, in which nothing is published (RSS 2.0)
    skip_days   days of the week in GMT, 0 is Monday (RSS 2.0)
    """

    ttl: float | None = None
    period: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


class Reading(Value, frozen=True, kw_only=True):
    """What a kind's pure `read()` finds in one answer. `warnings` are sentences for the operator.

    `earlier`: the absolute address of the page or archive with the posts before these (RFC 5005), if there is one.
    `deletions`: ids of posts that the publisher itself calls deleted; `complete`: all there is stands here (RFC 5005).
    `entries`: what is to be remembered of the answer's entries; where that was asked for, `posts` has the unknown ones.
    """

    posts: tuple[Post, ...] = ()
    deletions: tuple[str, ...] = ()
    cursor: dict[str, str] = msgspec.field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    hints: Hints = Hints()
    earlier: str | None = None
    complete: bool = False
    entries: str = ""


class Bookmark(Value, frozen=True, kw_only=True):
    """Where a source was left: validators exactly as given, hash of the last body, and a kind's own cursor.

    hints          what the last document that was read asked for
    full           when the last full answer came, with a body, not a 304
    unconditional  how often in a row a full answer had the same body although a validator was sent
    moved          where permanent redirects have led lately; `moved_since`: the first poll that was led there
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    cursor: dict[str, str] = msgspec.field(default_factory=dict)
    hints: Hints = Hints()
    full: datetime | None = None
    unconditional: int = 0
    moved: str | None = None
    moved_since: datetime | None = None


class Spend(Value, frozen=True, kw_only=True):
    """What asking a source costs, in dollars, by UTC days, for that is how it is charged.

    today     what was spent on `day`; it never passes `budget`
    forecast  what a day costs at the pace of the last days; None while none of them is over
    used_up   what is left of the budget pays for no further request on that day, so none is made
    """

    today: float
    budget: float
    day: date
    forecast: float | None = None
    used_up: bool = False


class Batch(Value, frozen=True, kw_only=True):
    """One poll's yield. `unchanged`: the source said, or its body showed, that nothing is new.

    fresh    seconds for which the answer is fresh, as its HTTP headers say (RFC 9111); None if they say nothing
    earlier  the address of the page with the posts before these, for `Source.earlier`
    status   HTTP status of the answer, None if nobody was asked; `size`: bytes of its body
    joined   the source was asked for all since what is known: nothing can lie between, though nothing known is here
    spend    for a source that is paid for: what it has cost
    deletions  ids of posts that the publisher itself calls deleted
    known    keys of further posts that the source shows just as they were when they were last admitted: their bytes
             are the same, and were not read again
    window   keys of all posts that the source shows now, the newest first, without a hole between them; None where
             that is not certain. `complete`: nothing else exists there any more (RFC 5005, 2)

    The ids in `deletions` are those of which `post_key` makes the posts' keys. Mostly that is `native_id`; of Telegram
    it is the number of the message.
    """

    posts: tuple[Post, ...] = ()
    bookmark: Bookmark = Bookmark()
    warnings: tuple[str, ...] = ()
    unchanged: bool = False
    fresh: float | None = None
    earlier: str | None = None
    status: int | None = None
    size: int = 0
    joined: bool = False
    spend: Spend | None = None
    deletions: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    window: tuple[str, ...] | None = None
    complete: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of all posts of which the answer says that they are there."""
        return (*(post.key for post in self.posts), *self.known)


class SourceState(Value, frozen=True, kw_only=True):
    """How a source is.

    health     new: never asked · healthy · late: it answers, and is silent for much longer than is its habit ·
               failing: no answer, or none that can be read · blocked: a bot wall or a log-in page stands before it ·
               gone: 410, or 404 for a week · changed: it answers with something else than it used to
    since      when it became so
    failures   in a row; `error`: the last one in words, `error_kind` its stable word; `failing`: since when
    gap        when a poll last found nothing known beside what was new, so that posts may have come and gone unseen;
               `filled`: how many posts older pages then gave, None if there were no pages to ask
    interval   seconds between polls as they are now; `pace`: why, in words, where it is not simply the setting
    moved      where the source has moved to for good, if it has
    latency    median seconds from publication to our seeing it, of the last posts; None while unknown
    slow       when its posts began to be seen later than its target (`slo`) allows; None while they are not;
               `delay`: the sentence about it; `delays`: those of its last posts, see `punctuality`
    silence    the sentence about its habit while it is `late`; `burst`: while it publishes much more than usual
    flapping   while posts of it change at every look without saying anything else: the sentence about them
    storm      while it floods, or seems to have renewed all its ids: the sentence about it
    noticed    what was last told to the operators of it
    spend      what it has cost, if it is paid for, as of the last poll that was made
    asking     it is being asked at this moment, and `due` is None: only its end says when it is due again
    """

    id: str
    health: Health = "new"
    since: datetime | None = None
    asked: datetime | None = None
    answered: datetime | None = None
    changed: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    failing: datetime | None = None
    error: str | None = None
    error_kind: str | None = None
    posts: int = 0
    gap: datetime | None = None
    filled: int | None = None
    warnings: tuple[str, ...] = ()
    interval: float | None = None
    pace: str | None = None
    moved: str | None = None
    latency: float | None = None
    slow: datetime | None = None
    delay: str | None = None
    delays: str = ""
    silence: str | None = None
    burst: str | None = None
    flapping: str | None = None
    storm: str | None = None
    noticed: str | None = None
    spend: Spend | None = None
    asking: bool = False


class PollRecord(Value, frozen=True, kw_only=True):
    """How one poll went, for people: the store keeps a source's last ten.

    `outcome` is `new`, `unchanged` or an error's kind; `why` the error in words, or what slowed the next poll down.
    """

    at: datetime
    outcome: str
    seconds: float
    next: datetime
    status: int | None = None
    size: int = 0
    new: int = 0
    versions: int = 0
    repeats: int = 0
    known: int = 0
    why: str | None = None
