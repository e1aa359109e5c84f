"""What the kinds that follow one account share: it is looked up by its name once, then asked for by its id.

`Bearer`: where the token that was given for it goes, and where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from monitor.errors import Unreadable
from monitor.fetch import Answer
from monitor.model import Batch, Bookmark, changed, digest
from monitor.sources import Asker, Fetch, SourceConfig


class Bearer:
    """A `Fetch` that adds a token to what is asked of the addresses it is `meant` for, and to nothing else."""

    def __init__(self, fetch: Fetch, token: SecretStr | None, meant: Callable[[str], bool]) -> None:
        self.token = token
        self._fetch = fetch
        self._meant = meant

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, **how: Any) -> Answer:
        sent = dict(headers or {})
        if self.token and self._meant(url):
            sent["Authorization"] = f"Bearer {self.token.get_secret_value()}"
        return await self._fetch.get(url, headers=sent, **how)


def remembered(bookmark: Bookmark, settings: SourceConfig) -> str | None:
    """Return the id that a lookup under the configured address gave; None if there was none yet."""
    same = bookmark.cursor.get("profile") == _profile(settings)
    return bookmark.cursor.get("account") if same else None


def kept(batch: Batch, settings: SourceConfig, account: str) -> Batch:
    """Return the batch with the account's id in its bookmark."""
    cursor = {**batch.bookmark.cursor, "account": account, "profile": _profile(settings)}
    return changed(batch, bookmark=changed(batch.bookmark, cursor=cursor))


async def looked_up(url: str, source: Asker) -> str:
    """Ask for an account's id; the kind's `read` finds it as `account`. Raises as `Source.poll` does."""
    answer = await source.get(url)
    found = (await source.read(answer.body, answer.headers, answer.url)).cursor.get("account")
    if not found:
        raise Unreadable("the answer to a search for the account names none")
    return found


def warned(batch: Batch, sentence: str) -> Batch:
    return changed(batch, warnings=(*batch.warnings, sentence))


def joined(older: Sequence[Batch], newest: Batch) -> Batch:
    """Return all posts once, as the newest page has them where it does, with the address of those before them all.

    `older`: pages before the newest, the oldest first.
    """
    pages = (*older, newest)
    return changed(
        newest,
        posts=tuple({post.key: post for page in pages for post in page.posts}.values()),
        warnings=tuple(dict.fromkeys(word for page in reversed(pages) for word in page.warnings)),
        deletions=tuple(dict.fromkeys(name for page in pages for name in page.deletions)),
        earlier=pages[0].earlier,
    )


def renamed(batch: Batch, known: str) -> Batch:
    """Return the batch, with a warning if the author of its posts is no longer called what the address says.

    A DID in the place of a name says that the name does not hold at the moment, not that there is another.
    """
    name = batch.posts[-1].author if batch.posts else None
    if not name or name.startswith("did:") or name.casefold() == known.casefold():
        return batch
    return warned(batch, f"the account {known!r} is called {name!r} now: change its address in the configuration")


def _profile(settings: SourceConfig) -> str:
    return digest("account", settings.url, length=12)
