"""Two ministries' sites as they might be built, with invented words, and a server that pages through them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from monitor.model import Batch, Bookmark, Post, Reading, decode, encode
from monitor.sources import webpage
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request
from tests.sources.watched import conditional
from tests.sources.watcher import made

HTML = {"content-type": "text/html; charset=utf-8"}

# The layout of mil.am as it is told of: list under /hy/news/page/<n>, one number in all languages, a title, a line with
# the date, the words. Its classes are invented.
AM: dict[str, Any] = {
    "id": "am-mod",
    "kind": "webpage",
    "url": "https://mil.example/hy/news/page/1",
    "timezone": "Asia/Yerevan",
    "language": "hy",
    "item": ".news-list .item",
    "title": "h3",
    "date": ".date",
    "post_id": r"/news/(\d+)",
    "next": ".pages a.next",
    "detail": {"text": ".news-text", "title": "h1", "date": ".news-date", "drop": [".share"]},
}

# The layout of mod.gov.az as it is told of: `.n_items .news_item`, addresses <slug>-<id>.html, two lines of the site
# before the date and the title.
AZ: dict[str, Any] = {
    "id": "az-mod",
    "kind": "webpage",
    "url": "https://mod.example/az/xeberler-791/",
    "timezone": "Asia/Baku",
    "language": "az",
    "item": ".n_items .news_item",
    "title": ".n_title",
    "date": ".n_date",
    "date_format": "%d %B %Y %H:%M",
    "summary": ".n_text",
    "post_id": r"-(\d+)\.html",
    "detail": {"text": ".content", "drop": [".site-line", "time", "h1"]},
}

AM_LIST = """<!doctype html><html lang="hy"><head><title>Լուրեր</title></head><body>
<nav><a href="/hy/news/1">Գլխավոր</a></nav>
<div class="news-list">
 <div class="item"><a href="/hy/news/20002"><img src="/img/2.jpg" alt="նկար"></a>
  <a href="/hy/news/20002"><h3>Հայտարարություն</h3></a><span class="date">17 նոյեմբերի, 2026 18:30</span></div>
 <div class="item"><a href="/hy/news/20001?utm_source=list#top"><h3>Հայտարարություն</h3></a>
  <span class="date">16 նոյեմբերի, 2026 02:30</span></div>
</div><div class="pages"><a href="/hy/news/page/1">1</a><a class="next" href="/hy/news/page/2">2</a></div>
</body></html>"""

AM_PAGE = """<!doctype html><html lang="hy"><head><link rel="canonical" href="/hy/news/20002"></head><body>
<h1>Հայտարարություն դիրքերի մասին</h1><div class="news-date">17 նոյեմբերի, 2026 18:31</div>
<div class="news-text"><p>Առաջին պարբերություն։</p><div class="share">Կիսվել</div><p>Երկրորդ պարբերություն։</p>
<img src="/img/big.jpg" alt="քարտեզ"></div></body></html>"""

AZ_LIST = """<html><head><base href="/az/"></head><body><div class="n_items">
<div class="news_item"><a href="news/sinaq-bayanati-70002.html"><span class="n_title">Sınaq bəyanatı</span></a>
 <span class="n_date">15 noyabr 2026 11:58</span><p class="n_text">Birinci sətir…</p></div>
<div class="news_item"><a href="news/tesdiq-70001.html"><span class="n_title">Təsdiq</span></a>
 <span class="n_date">14 Noyabr 2026 09:05</span><p class="n_text">İkinci.</p></div>
</div></body></html>"""

AZ_PAGE = """<html><body><div class="content"><p class="site-line">Saytın işləməsi üçün skript lazımdır</p>
<p class="site-line">Ordu haqqında şüar</p><time>15 noyabr 2026 11:58</time><h1>Sınaq bəyanatı</h1>
<p>Bütöv mətn.</p></div></body></html>"""


def config(given: Mapping[str, Any] = AM, **changes: Any) -> webpage.Config:
    return webpage.Config.model_validate({**given, **changes})


def read(html: str | bytes, settings: webpage.Config, url: str | None = None, **headers: str) -> Reading:
    body = html.encode() if isinstance(html, str) else html
    return webpage.read(body, headers or HTML, url or str(settings.url), settings)


def read_page(html: str, settings: webpage.Config, url: str, **headers: str) -> Reading:
    return webpage.read(html.encode(), {**(headers or HTML), webpage.DETAIL: ""}, url, settings)


@dataclass
class Newsroom:
    """A ministry that publishes posts by number, three to a list, the newest first.

    broken  pages that fail; `titles` and `words`: of posts that were edited
    now     the hour at which it is asked, if not the true one
    """

    server: HttpServer
    numbers: list[int] = field(default_factory=list)
    broken: dict[int, Reply] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    now: datetime | None = None
    layout: str = "item"
    text: str = "news-text"
    bookmark: Bookmark | None = None
    per_list: int = 3

    def open(self) -> None:
        self.server.routes["/hy/news"] = self._list
        for number in self.numbers:
            self.server.routes[f"/hy/news/{number}"] = self._page

    def publish(self, *numbers: int) -> None:
        self.numbers = [*numbers, *self.numbers]
        self.open()

    def source(self, **changes: Any) -> Any:
        here = {"url": f"{self.server.url}/hy/news", "allow_private": ALLOW_LOOPBACK, "robots": "ignore"}
        settings = config(**{**here, "detail": {"text": ".news-text", "date": ".news-date"}, **changes})
        return made(settings, lambda: self.now or datetime.now(UTC))

    async def poll(self, **changes: Any) -> Batch:
        """Poll once; the bookmark goes through its stored form, as between two polls."""
        self.server.requests.clear()
        batch: Batch = await self.source(**changes).poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        return batch

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.server.requests]

    def _list(self, request: Request) -> Reply:
        page = int(request.path.partition("page=")[2] or 1)
        shown = self.numbers[(page - 1) * self.per_list : page * self.per_list]
        items = "".join(
            f"<div class='{self.layout}'><a href='/hy/news/{n}'><h3>{self.titles.get(n, f'Post {n}')}</h3></a>"
            f"<span class='date'>{n % 28 + 1}.11.2026 10:00</span></div>"
            for n in shown
        )
        after = f"<a class='next' href='?page={page + 1}'>older</a>" if len(self.numbers) > page * self.per_list else ""
        body = f"<div class='news-list'>{items}</div><div class='pages'>{after}</div>".encode()
        return conditional(request, Reply(200, body, HTML))

    def _page(self, request: Request) -> Reply:
        number = int(request.path.rpartition("/")[2])
        if number in self.broken:
            return self.broken[number]
        html = (
            f"<h1>Post {number}</h1><p class='news-date'>{number % 28 + 1}.11.2026 10:0{number % 10}</p>"
            f"<div class='{self.text}'>{self.words.get(number, f'Words of post {number}.')}</div>"
        )
        return conditional(request, Reply(200, html.encode(), HTML))


def numbers(posts: Sequence[Post]) -> list[str]:
    return [post.native_id for post in posts]


def linked(**article: Any) -> str:
    return f"<script type='application/ld+json'>{json.dumps(article)}</script>"
