"""From the interfaces of two sites to an alert: a real daemon, its workers, a real store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.daemon import running
from tests.make import until
from tests.servers import HttpServer
from tests.sources import drupal_site, govuk_site
from tests.sources.journey import configured
from tests.sources.watcher import DAY, MINUTE


async def test_what_a_site_publishes_and_edits_becomes_an_alert(server: HttpServer, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    config = configured(
        tmp_path,
        {"id": "am-mod", "kind": "drupal", "url": server.url, "type": "news"},
        {"id": "uk-mod", "kind": "govuk", "url": f"{server.url}/", "organisations": ["ministry-of-defence"]},
        en=["wounded", "killed"],
    )
    drupal = drupal_site.Drupal(server, [drupal_site.node(1, now - DAY, title="One was killed long ago")])
    govuk = govuk_site.GovUk(server, [govuk_site.Paper(1, now - DAY, text="One was killed in those days.")])
    async with running(config) as daemon:

        def said(*words: str) -> bool:
            return all(any(one in line for line in daemon.out) for one in words)

        await until(lambda: {"am-mod", "uk-mod"} <= {str(one["source"]) for one in daemon.events("source.posts")})
        drupal.nodes.append(drupal_site.node(2, now, title="Four wounded servicemen", langcode="en"))
        govuk.papers.append(govuk_site.Paper(2, now, text="Seven were wounded in the mountains."))
        await until(lambda: said("Four wounded servicemen", "Seven were wounded"))
        drupal_site.edited(drupal.nodes[1], "Two of them were killed.", datetime.now(UTC))
        paper = govuk.papers[1]
        paper.first, paper.stamp, paper.text = now, now + MINUTE, "Seven were wounded, and one was killed since."
        await until(lambda: len(daemon.events("alert.raised")) == 4 and said("new words: “killed”"))

        assert not said("long ago")
        assert not said("those days")
