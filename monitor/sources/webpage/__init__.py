"""A list of posts on a web page, for publishers without a feed, and the posts' own pages behind it.

settings  what must be told: selectors for list and page
page      a page as a tree: the only file that knows selectolax
clock     dates in a form the settings name
listing   the list: pure
told      what a page tells machines of itself: pure
detail    a post's own page: pure
memory    what a bookmark keeps: which posts are known, which wait for their pages
asking    `Source`: asks for the list, and then for the pages of new posts
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.model import Reading
from monitor.sources.webpage import detail, listing
from monitor.sources.webpage.asking import DETAIL, Source
from monitor.sources.webpage.page import Page
from monitor.sources.webpage.settings import Config

__all__ = ["DETAIL", "Config", "Source", "read"]


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:
    """Return the posts of a list, or the one of a post's own page if `DETAIL` is among the headers.

    Raises Unreadable if a page has not the layout the settings tell of.
    """
    if DETAIL in headers:
        return detail.read(body, headers, url, settings)
    return listing.read(Page(body, headers, url), settings)
