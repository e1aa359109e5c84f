"""What a WordPress site is asked: the addresses of its API and its feed. Pure.

Nothing in them is random, and they change only with the bookmark: caches stand before most sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.sources._walk import By

PER_PAGE = 50  # of 100 that are allowed: with their whole texts they may be heavy
FIELDS = (
    "id,guid,date,date_gmt,modified,modified_gmt,link,lang,title,content,excerpt,author,featured_media,"
    "_links,_embedded"  # without `_links` nothing is embedded
)
IDS = "id,guid,date,date_gmt"  # of a post that is only to be known again
_FILTERS: dict[By, str] = {"date": "after", "modified": "modified_after"}


def page(
    site: str,
    collection: str,
    more: Mapping[str, str],
    *,
    plain: bool = False,
    by: By = "date",
    since: datetime | None = None,
    before: datetime | None = None,
    number: int = 1,
    whole: bool = True,
) -> str:
    """Return the address of one page of a collection, the newest or the last changed first.

    Newest first, because what moves while the pages are read then shows twice, not never. A time without a zone would
    be read by the site's own clock, so each has its `Z`. Posts that are not `whole` are their ids.
    """
    asked: dict[str, str] = {**more}
    if since:
        asked[_FILTERS[by]] = _utc(since)
    if before:
        asked["before"] = _utc(before)
    asked |= {"orderby": by, "order": "desc", "per_page": str(PER_PAGE), "page": str(number)}
    asked |= {"_fields": FIELDS, "_embed": "author,wp:featuredmedia"} if whole else {"_fields": IDS}
    path = f"/wp/v2/{collection}"
    if plain:  # a site without pretty links, or with another name for its API
        return _at(site, "/", {"rest_route": path, **asked})
    return _at(site, f"/wp-json{path}", asked)


def feed(site: str) -> str:
    """Return the address of the site's own feed."""
    return _at(site, "/feed/", {})


def older(page: str) -> str:
    """Return the address of the page of a feed that follows this one."""
    parts = urlsplit(page)
    asked = dict(parse_qsl(parts.query))
    number = asked.get("paged", "1")
    asked["paged"] = str(int(number) + 1 if number.isdecimal() else 2)
    return parts._replace(query=urlencode(asked), fragment="").geturl()


def _at(site: str, path: str, asked: Mapping[str, str]) -> str:
    parts = urlsplit(site)
    return parts._replace(path=parts.path.rstrip("/") + path, query=urlencode(asked, safe=":,/"), fragment="").geturl()


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
