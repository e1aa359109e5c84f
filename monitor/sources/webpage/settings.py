"""What a page kind must be told: where on the pages the posts stand."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from monitor.sources import SourceConfig
from monitor.sources.webpage.clock import DateFormat
from monitor.sources.webpage.page import Selector


def _expression(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    if groups > 1:
        raise ValueError(f"{text!r} has {groups} groups; wanted is one, around the id, such as '/news/(\\d+)'")
    return text


class Detail(BaseModel):
    """Where on its own page a post says the whole of it. What is not set is taken from JSON-LD, then from OpenGraph.

    text         selector of its words; all matches, one below the other
    title        selector; without it the title of the list stays, if that is whole
    date         selector; `date_format`: as that of the list
    drop         selectors of what is no part of the post: share buttons, related posts
    most         pages that are asked for in one poll; the others wait for the next
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Selector | None = None
    title: Selector | None = None
    date: Selector | None = None
    date_format: DateFormat | None = None
    drop: tuple[Selector, ...] = ()
    most: Annotated[int, Field(ge=1, le=50)] = 10


class Config(SourceConfig):
    """A list of posts on a web page, by CSS selectors; `selector@name` means an attribute.

    item         one post of the list; all other selectors look inside it
    link         the link to the post
    title        its title; without it the first heading, or the words of the link
    date         its date; where it is set, a list without any date has changed its layout
    date_format  of day, month and time, such as `%d.%m.%Y %H:%M`; without it common forms are known
    summary      its first words
    post_id      regular expression on the link: a post's id, or its one group; links that do not fit are no posts
    next         the link to older posts
    detail       where the whole text is on a post's own page; without it, posts are what the list says
    """

    kind: Literal["webpage"] = "webpage"
    robots: Literal["obey", "ignore"] = "obey"
    item: Selector = "article"
    link: Selector = "a[href]"
    title: Selector | None = None
    date: Selector | None = None
    date_format: DateFormat | None = None
    summary: Selector | None = None
    post_id: Annotated[str, AfterValidator(_expression)] | None = None
    next: Selector | None = None
    detail: Detail | None = None
