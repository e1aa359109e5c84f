"""Public Telegram channels, by the preview page that t.me shows without an account: `https://t.me/s/<channel>`.

Telegram's terms forbid reading its pages by machine, so this kind is off until the operator takes that upon himself.

message  one message of the page: to a post
media    what is attached to a message
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from selectolax.lexbor import LexborHTMLParser

from monitor.errors import Blocked, Refused, Unreadable
from monitor.fetch import Answer, lifetime, named
from monitor.model import Batch, Bookmark, Post, Reading, changed, digest
from monitor.sources import Asker, Fetch, Read, SourceConfig
from monitor.sources.telegram import message

_HOSTS = frozenset(("t.me", "telegram.me", "telegram.dog"))
_TERMS = (
    "Telegram's terms do not allow its pages to be read by machine (scraping), so this kind is off; if you may and "
    "want to do it all the same, say `terms: accepted`, or read the channel as `kind: rss` by an RSS bridge of yours"
)


class Config(SourceConfig):
    """`terms: accepted` turns a source of this kind on: whoever says it has read Telegram's terms, and answers for it.

    url  the preview page, `https://t.me/s/<channel>`
    """

    kind: Literal["telegram"] = "telegram"
    enabled: bool = False
    terms: Literal["accepted", "unread"] = Field(default="unread", validate_default=True)

    def whereabouts(self, post: Post) -> str | None:
        """Return the address of one message as it stands on other sites: it says so where there is none."""
        return f"{post.permalink}?embed=1&mode=tme" if post.permalink else None

    def denies(self, body: bytes) -> bool:
        """Say whether there is no such message; that a channel shows none to strangers is said in other words."""
        return b"tgme_widget_message_error" in body and b"Post not found" in body

    @model_validator(mode="before")
    @classmethod
    def _off_until_accepted(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        accepted = given.get("terms") == "accepted"
        given = {"enabled": accepted, **given}
        if not accepted and given["enabled"] is False and not given.get("disabled_because"):
            given["disabled_because"] = _TERMS
        return given

    @field_validator("terms")
    @classmethod
    def _accepted(cls, terms: str, info: ValidationInfo) -> str:
        if info.data.get("enabled") and terms != "accepted":
            raise ValueError(_TERMS)
        return terms

    @field_validator("url")
    @classmethod
    def _preview(cls, url: str) -> str:
        place = urlsplit(url)
        path = place.path.strip("/").split("/")
        if place.hostname in _HOSTS and not (len(path) == 2 and path[0] == "s" and path[1]):
            raise ValueError(f"the page of a channel's messages is wanted, https://{place.hostname}/s/<channel>")
        return url


class Source(Asker):
    """A channel's last messages; older ones page by page.

    In the bookmark: `body_hash`, of the posts and not of the page, whose counters and addresses of pictures change
    with each answer; in its cursor `channel`, the number a channel keeps whatever it is named, and `oldest` and
    `newest`, the lowest number of a message on the first page that was read and the highest on the last one.

    Where a message is deleted, an older one moves up to the page: what is older than `oldest` was there before
    anybody watched, and is no news.
    """

    accept = "text/html"

    def __init__(self, settings: SourceConfig, fetch: Fetch, read: Read) -> None:
        super().__init__(settings, fetch, read)
        self._cursor: dict[str, str] = {}  # as the last poll found it, for older pages

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for the last messages. See `Source.poll`. Raises Refused once the name is another channel's."""
        known = bookmark or Bookmark()
        self._cursor = known.cursor
        answer, reading = await self._ask(str(self.settings.url))
        self._cursor = {**_only(reading, "channel"), **known.cursor}
        cursor = {**reading.cursor, **known.cursor, **_only(reading, "newest")}
        content = digest("telegram", *(f"{post.key}\0{post.text}" for post in reading.posts))
        batch = changed(
            _batch(answer, reading),
            bookmark=changed(known, body_hash=content, full=self.now(), cursor=cursor),
            fresh=lifetime(answer.headers, self.now()),
            unchanged=content == known.body_hash,
            window=tuple(post.key for post in reversed(reading.posts)),
        )
        if "newest" in known.cursor and "newest" not in reading.cursor:
            empty = "there is no message left on the page, where there were"
            return changed(batch, warnings=(*batch.warnings, empty), unchanged=False)
        return changed(batch, posts=(), earlier=None) if batch.unchanged else batch

    async def earlier(self, page: str) -> Batch:
        """Ask for the messages before those of a page. See `Source.earlier`."""
        return _batch(*await self._ask(named(str(self.settings.url), page)))

    async def _ask(self, url: str) -> tuple[Answer, Reading]:
        answer = await self.get(url, {"Accept-Language": "en"})  # of which "edited" is the only word that is read
        if _is_preview(url) and not _is_preview(answer.url):
            raise Blocked(_no_preview(url), status=answer.status)
        reading = await self.read(answer.body, answer.headers, answer.url)
        number, known = reading.cursor.get("channel"), self._cursor.get("channel")
        if number and known and number != known:
            raise Refused(
                f"{_name(url)} is another channel than it was (number {number}, until now {known}): somebody "
                "took the name over, or the address was changed. Nothing of it is read; if it is the one you mean, "
                "give it a source with an `id` of its own"
            )
        oldest = int(self._cursor.get("oldest", 0))
        return answer, changed(reading, posts=tuple(post for post in reading.posts if message.number(post) >= oldest))


def _batch(answer: Answer, reading: Reading) -> Batch:
    return Batch(
        posts=reading.posts,
        warnings=reading.warnings,
        earlier=reading.earlier,
        status=answer.status,
        size=len(answer.body),
    )


def _only(reading: Reading, name: str) -> dict[str, str]:
    return {name: reading.cursor[name]} if name in reading.cursor else {}


def read(
    body: bytes,
    headers: Mapping[str, str],  # noqa: ARG001  # every kind is given them; Telegram's pages are UTF-8, whatever they say
    url: str,
    settings: Config,
) -> Reading:
    """Return the posts of one preview page, oldest first, with the numbers of its channel and messages as cursor.

    A message that stands there twice (pinned, say) is one post. Raises Unreadable for a page that is no preview.
    """
    page = LexborHTMLParser(body.decode("utf-8", "replace"))
    found = page.css(".tgme_widget_message[data-post]")
    if not found and not page.css_matches(".tgme_channel_history, .tgme_channel_info"):
        raise Unreadable(_no_preview(url) if b"tgme_" in body else "a page came that is none of Telegram's previews")
    spoken = {one.number: one for node in found if (one := message.identified(node))}
    if found and not spoken:
        raise Unreadable("no message on the page has a number: Telegram has changed its page, this kind must follow")
    posts = (message.post(one, settings, url) for _, one in sorted(spoken.items()) if not one.is_service)
    cursor = {"oldest": str(min(spoken)), "newest": str(max(spoken))} if spoken else {}
    if numbers := Counter(filter(None, (one.channel for one in spoken.values()))).most_common(1):
        cursor["channel"] = numbers[0][0]
    before = _before(page, spoken)
    return Reading(posts=tuple(posts), cursor=cursor, earlier=_older(url, before) if before else None)


def _before(page: LexborHTMLParser, numbers: Mapping[int, object]) -> int | None:
    """Return the number before which the page says that there is more; its lowest one if it says nothing.

    Asking before the first message of all gives an empty page, which tells that nothing was missed.
    """
    for node in page.css("a.tme_messages_more[data-before], link[rel=prev][href]"):
        told = node.attributes.get("data-before") or _asked_before(node.attributes.get("href") or "")
        if told and told.isascii() and told.isdecimal() and len(told) < 20:
            return int(told)
    return min(numbers, default=None)


def _asked_before(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("before", [""])[0]


def _older(url: str, before: int) -> str | None:
    """Return the address of the page before a message; None if it is this one."""
    place = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(place.query) if name not in ("before", "after")]
    page = place._replace(query=urlencode([*kept, ("before", before)]), fragment="").geturl()
    return None if _asked_before(url) == str(before) else page


def _is_preview(url: str) -> bool:
    return urlsplit(url).path.startswith("/s/")


def _name(url: str) -> str:
    place = urlsplit(url)
    return f"{place.hostname}/{place.path.removeprefix('/s/').strip('/')}"


def _no_preview(url: str) -> str:
    return (
        f"{_name(url)} shows no public preview of its messages: the channel is private or restricted, its preview is "
        "switched off, or nobody has this name (any more); look at it in Telegram, and ask it for another public place"
    )
