"""From a channel to an alert: a real daemon, a real store, real HTTP."""

from __future__ import annotations

from pathlib import Path

from tests.daemon import running, world
from tests.make import until
from tests.sources.channel import Channel


async def test_a_message_and_its_edit_alert_and_the_channels_past_does_not(tmp_path: Path) -> None:
    channel = Channel()
    channel.say(1, words="Two were wounded last year.")
    async with world(tmp_path) as here:
        here.http.routes["/s/ministry"] = channel
        here.config.write_text(
            f"""
            store: {{url: embedded, dir: {tmp_path / "data"}}}
            web: {{listen: 127.0.0.1:0}}
            log: {{format: json}}
            sources:
              - {{id: channel, kind: telegram, url: "{here.http.url}/s/ministry", terms: accepted, every: 1s,
                 allow_private: [127.0.0.1]}}
            channels:
              - {{id: desk, kind: slack, webhook_url: "{here.http.url}/slack", allow_private: [127.0.0.1], pause: 0}}
            rules:
              - {{id: casualties, severity: high, to: [desk], terms: {{en: [wounded, killed]}}}}
            """,
            encoding="utf-8",
        )
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            channel.say(2, words="Four servicemen were wounded.")
            await until(lambda: len(here.slack_messages()) == 1)
            channel.say(2, words="Seven servicemen were wounded.")
            channel.edited = {2}
            await until(lambda: len(here.slack_messages()) == 2)

            first, second = here.slack_messages()
            assert "Four servicemen" in first
            assert "https://t.me/ministry/2" in first
            assert "Seven servicemen" in second
            assert "last year" not in first + second
