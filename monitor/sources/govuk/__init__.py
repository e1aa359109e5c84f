"""What organisations of the United Kingdom publish on GOV.UK, by its two open APIs, without a key.

items    the search's list and a page's text: posts
memory   what a bookmark keeps: which pages are known in which version
asking   `Source`: asks for the list, and then for the text of what is new or was changed

A page's `public_timestamp` moves when it is published anew with a note (a major update), not with a small correction,
which shows nowhere in the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field, field_validator, model_validator

from monitor.errors import Unreadable
from monitor.model import Reading
from monitor.sources import SourceConfig
from monitor.sources._json import document
from monitor.sources.govuk import items
from monitor.sources.govuk.asking import SIZE, Source

__all__ = ["Config", "Source", "read"]

_ORGANISATION = re.compile(r"/(?:government|world)/organisations/([a-z0-9-]+)/?")
_FIELDS = "title,link,content_id,description,public_timestamp,organisations"
_WHAT = "an answer of GOV.UK"

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,199}$")]


class Config(SourceConfig):
    """`url` is an organisation's page, https://www.gov.uk/government/organisations/ministry-of-defence.

    organisations  more of them, or all, by the last part of their pages' addresses
    purposes       what sort of pages: `news_and_communications`, `research_and_statistics`, …; empty for every sort
    query          what else the search filters by, such as `filter_world_locations: armenia`
    most           texts asked for in one poll; what is left comes with the next ones
    """

    kind: Literal["govuk"] = "govuk"
    organisations: tuple[Slug, ...] = ()
    purposes: tuple[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")], ...] = ("news_and_communications",)
    query: dict[Annotated[str, Field(pattern=r"^(?:filter|reject)_[a-z_]{1,60}$")], str] = Field(default_factory=dict)
    most: Annotated[int, Field(ge=1, le=50)] = 20

    @field_validator("query")
    @classmethod
    def _leaves_ours(cls, query: dict[str, str]) -> dict[str, str]:
        if taken := sorted({"filter_organisations", "filter_content_purpose_supergroup"} & query.keys()):
            raise ValueError(f"{', '.join(taken)}: this is what `organisations` and `purposes` are for")
        return query

    @model_validator(mode="after")
    def _asks_for_something(self) -> Config:
        if not (self.slugs or self.query or urlsplit(str(self.url)).path.startswith("/api/")):
            raise ValueError("the page of an organisation is wanted as `url`, or its name among `organisations`")
        return self

    @property
    def slugs(self) -> tuple[str, ...]:
        """The names of all organisations that are asked for."""
        page = _ORGANISATION.match(urlsplit(str(self.url)).path)
        return tuple(dict.fromkeys((*([page[1]] if page else []), *self.organisations)))

    def search(self, start: int = 0) -> str:
        """Return the address of a page of the list, the latest version first."""
        parts = urlsplit(str(self.url))
        asked = [("filter_organisations", slug) for slug in self.slugs]
        asked += [("filter_content_purpose_supergroup", purpose) for purpose in self.purposes]
        asked += sorted(self.query.items())
        asked += [("order", "-public_timestamp"), ("count", str(SIZE)), ("fields", _FIELDS)]
        asked += [("start", str(start))] if start else []
        return parts._replace(path="/api/search.json", query=urlencode(asked, safe=",:"), fragment="").geturl()


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:  # noqa: ARG001  # JSON is UTF-8
    """Return the posts of a list, or the one of a page's text. Raises Unreadable if it is neither."""
    said = document(body, _WHAT)
    if isinstance(said, dict) and isinstance(said.get("results"), list):
        return items.listed(said, url, settings)
    if isinstance(said, dict) and isinstance(said.get("base_path"), str):
        return items.whole(said, url, settings)
    raise Unreadable(f"{_WHAT} was expected, with results or a page, and other JSON came")
