"""The public posts of one account on X, by the paid API v2 with a bearer token of your own: `https://x.com/ministry`.

The account is looked up by its name once; then its id is asked for, which stays when it is renamed. Asked is only for
what came since the last poll (`since_id`), so that a poll with nothing new costs nothing. What is spent is counted,
and no request is made that could cost more than what is left of the day's budget.

posts  an answer: to posts
walk   what is asked for, and what is left for later
purse  what it costs
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from monitor.errors import Unauthorized, Unreachable, Unreadable
from monitor.fetch import Answer, HttpUrl
from monitor.model import Batch, Bookmark, Post, Reading, changed, digest
from monitor.sources import Asker, SourceConfig, _account
from monitor.sources.x import walk
from monitor.sources.x.posts import id_at, read
from monitor.sources.x.purse import Prices, Purse
from monitor.sources.x.walk import Walk

__all__ = ["Config", "Source", "read"]

_HOSTS = frozenset(f"{prefix}{name}" for prefix in ("", "www.", "mobile.") for name in ("x.com", "twitter.com"))
_PROFILE = re.compile(r"/(?P<name>\w{1,15})/?", re.ASCII)
_NO_NAMES = frozenset(("explore", "hashtag", "home", "i", "intent", "search", "settings", "share"))
_CLOSED = "X shows posts to programs only for money, by a token of your own: give it as `token_file`"
_CLOCKS = timedelta(hours=1)  # by which ours may be ahead of X's

# Of referenced posts neither the author nor the media are asked for: whatever comes along may have to be paid for.
_FIELDS = {
    "tweet.fields": "attachments,author_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,"
    "possibly_sensitive,referenced_tweets,withheld",
    "expansions": "author_id,referenced_tweets.id,attachments.media_keys",
    "media.fields": "alt_text,duration_ms,media_key,preview_image_url,type,url,variants",
    "user.fields": "username",
}


class Config(SourceConfig):
    """`url` is the account's page. Without a `token` the source is off.

    token    the bearer token of an app of yours in X's developer console
    api      where to ask
    price    dollars for reading one post, `user_price` for reading one account
    budget   dollars that may be spent on a day (UTC); then the source rests until the next
    replies  also answers to others
    reposts  also what it passes on from others
    """

    kind: Literal["x"] = "x"
    enabled: bool = False
    token: SecretStr | None = Field(default=None, validate_default=True)
    api: HttpUrl = "https://api.x.com"
    price: float = Field(default=0.005, gt=0, le=100)
    user_price: float = Field(default=0.01, ge=0, le=100)
    budget: float = Field(default=1.0, gt=0, le=100_000)
    replies: bool = True
    reposts: bool = True

    @model_validator(mode="before")
    @classmethod
    def _off_without_a_token(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        given = {"enabled": bool(given.get("token")), **given}
        if not given.get("token") and given["enabled"] is False and not given.get("disabled_because"):
            given["disabled_because"] = _CLOSED
        return given

    @field_validator("token")
    @classmethod
    def _is_given(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("enabled") and not (token and token.get_secret_value()):
            raise ValueError(_CLOSED)
        return token

    @field_validator("budget")
    @classmethod
    def _pays(cls, budget: float, info: ValidationInfo) -> float:
        smallest = Prices(budget, info.data.get("price", 0.0), info.data.get("user_price", 0.0)).smallest
        if budget < smallest:
            raise ValueError(f"{budget:g} a day pays for no poll: the first may cost {smallest:g}")
        return budget

    @field_validator("url")
    @classmethod
    def _is_a_profile(cls, url: str) -> str:
        profile = _PROFILE.fullmatch(urlsplit(url).path)
        if urlsplit(url).hostname not in _HOSTS or not profile or profile["name"].casefold() in _NO_NAMES:
            raise ValueError("the address of an account's page is wanted, like https://x.com/ministry")
        return url

    def whereabouts(self, post: Post) -> str | None:  # noqa: ARG002  # of no post
        """Return None: its pages answer 200 whatever is there, and its API tells nothing without money."""
        return None

    @property
    def account(self) -> str:
        return urlsplit(self.url).path.strip("/")

    @property
    def prices(self) -> Prices:
        return Prices(self.budget, self.price, self.user_price)

    def asks(self, path: str, query: Mapping[str, str]) -> str:
        return f"{self.api.rstrip('/')}/2/users/{path}?{urlencode(query, safe=',')}"

    def timeline(self, account: str, query: Mapping[str, str]) -> str:
        """Return the address of the posts of the account with this id, the newest first."""
        kept = {"replies": self.replies, "retweets": self.reposts}
        left_out = ",".join(name for name, wanted in kept.items() if not wanted)
        return self.asks(f"{account}/tweets", {**query, **({"exclude": left_out} if left_out else {}), **_FIELDS})


class Source(Asker):
    """Asks for what is new, page by page, as far as the day's budget reaches.

    In the bookmark's cursor, beside those of `walk` and `purse`: `account`, the id; `profile`, a mark of the address
    it was looked up by; `home`, a mark of the account.
    """

    settings: Config

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """See `monitor.sources.Source.poll`. Nobody is asked while the budget is used up."""
        known, now = bookmark or Bookmark(), self.now()
        purse = Purse.of(known.cursor, self.settings.prices, now.date())
        account = _account.remembered(known, self.settings)
        if not purse.affords(users=1 if account else 2):
            kept = changed(known, cursor={**known.cursor, **purse.cursor()})
            return Batch(bookmark=kept, unchanged=True, spend=changed(purse.spend(), used_up=True))
        if account is None:
            account, purse = await self._look_up(purse)
        home = digest("x", account, length=12)
        before = known.cursor if known.cursor.get("home") == home else {}
        batch = await self._ask(Walk(partial(self._page, account), purse), before, now)
        cursor = {**batch.bookmark.cursor, "home": home}
        batch = changed(batch, bookmark=changed(batch.bookmark, cursor=cursor, full=now))
        return _account.renamed(_account.kept(batch, self.settings, account), self.settings.account)

    async def earlier(self, page: str) -> Batch:  # noqa: ARG002  # no batch names one
        """See `monitor.sources.Source.earlier`. There is none: `walk` reads what is missing, as there is money."""
        return Batch()

    async def _ask(self, going: Walk, before: Mapping[str, str], now: datetime) -> Batch:
        if "since" in before:
            newest, unread = before["newest"], await going.through(walk.spans(before))
        else:
            await going.first()
            newest, unread = "0" if going.posts else id_at(now - _CLOCKS), []
        place = walk.place(newest, going.newest, unread)
        return Batch(
            posts=tuple(going.posts.values()),
            bookmark=Bookmark(cursor={**place, **going.purse.cursor()}),
            warnings=tuple(dict.fromkeys(going.warnings)),
            unchanged="since" in before and not going.posts and not going.warnings and not before.get("unread"),
            status=going.answers[-1].status if going.answers else None,
            size=sum(len(answer.body) for answer in going.answers),
            joined="since" in before,
            spend=going.purse.spend(),
        )

    async def _look_up(self, purse: Purse) -> tuple[str, Purse]:
        _, reading = await self._answered(self.settings.asks(f"by/username/{self.settings.account}", {}))
        account = reading.cursor.get("account")
        if not account:
            raise Unreadable("X's answer to a search for the account names none")
        return account, purse.after((), (account,))

    async def _page(self, account: str, query: Mapping[str, str]) -> tuple[Answer, Reading]:
        return await self._answered(self.settings.timeline(account, query))

    async def _answered(self, url: str) -> tuple[Answer, Reading]:
        """Ask with the token, which goes to the API and not where it may redirect to."""
        settings = self.settings
        token = settings.token.get_secret_value() if settings.token else ""
        try:
            answer = await self.get(url, {"Authorization": f"Bearer {token}"})
        except Unauthorized as error:
            why = "look at the token, and at the app's plan and spending limit in X's developer console"
            raise Unauthorized(f"X does not let us in ({error.status}): {why}", status=error.status) from None
        except Unreachable as error:
            if error.status != 402:
                raise
            why = "the credits are used up, or the spending limit of X's developer console is reached"
            raise Unreachable(f"X wants to be paid first (402): {why}", status=402) from None
        reading = await self.read(answer.body, answer.headers, answer.url)
        if refused := reading.cursor.get("refused"):
            raise Unreachable(f"X shows no posts of {settings.account!r}: {refused}", status=404)
        return answer, reading
