"""JSON Feed, read by the same kind."""

from __future__ import annotations

import pytest

from monitor import errors
from monitor.model import Media, Post, Reading, decode, encode, post_key
from tests.sources.feeds import at, fixture, read


def test_json_feed() -> None:
    first, second, third = fixture("feed.json")
    assert first == Post(
        key=post_key("m", "7"),
        source="m",
        kind="rss",
        native_id="7",
        author="A, B",
        published=at(2026, 11, 22, 10, 30),
        updated=at(2026, 11, 22, 11),
        title="5 < 6 &amp; plain",
        text="Mətn",
        language="en-US",
        permalink="https://m.example/7",
        media=(
            Media(type="image", url="https://m.example/a.jpg"),
            Media(type="image", url="https://m.example/b.jpg"),
            Media(type="video", url="https://m.example/v.mp4", alt="Video", duration=12.0, mime="video/mp4"),
            Media(type="image", url="https://ministry.example/in.png", alt="İçəridə"),
        ),
    )
    assert (second.native_id, second.author, second.permalink) == ("x", "C", "https://other.example/8")
    assert (second.text, second.flags) == ("Plain <b> text & more…", ("partial",))
    assert (third.native_id, third.author, third.text) == ("https://m.example/9", "Feed Author", "Only a summary")
    assert third.published is None


@pytest.mark.parametrize("version", ["http://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_every_json_feed_version(version: str) -> None:
    reading = read(f'\ufeff\n {{"version": "{version}", "items": [{{"id": 1.5, "title": "x"}}, 7], "expired": true}}')
    assert [p.native_id for p in reading.posts] == ["1.5"]
    assert len(reading.warnings) == 2


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "https://jsonfeed.org/version/1.1"}',
        '{"items": []}',
        '{"version": 1, "items": []}',
        "[]",
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1',
        "[" * 200_000,
        '{"a": ' * 100_000,
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + "9" * 5_000 + "}]}",
    ],
)
def test_other_json_is_no_feed(body: bytes | str) -> None:
    with pytest.raises(errors.Unreadable, match="JSON"):
        read(body)


@pytest.mark.parametrize("nonsense", ["7", "null", "[]", "{}", "true", '"\\ud800"', '[{"name": 7}, null]'])
def test_json_of_the_wrong_shape_is_read_around(nonsense: str) -> None:
    names = "id url title content_html content_text summary date_published authors author language image attachments"
    fields = ", ".join(f'"{name}": {nonsense}' for name in names.split())
    reading = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{{fields}}}]}}')
    assert len(reading.posts) == 1


@pytest.mark.parametrize(
    ("written", "mime"),
    [
        ("video/mp4", "video/mp4"),
        (" Video/MP4; codecs=avc1", "video/mp4"),
        ("video", None),
        ("\\ud800/mp4", None),
        ("", None),
        ("video/\\u202e4pm", None),
    ],
)
def test_a_media_type_is_one_and_can_be_stored(written: str, mime: str | None) -> None:
    attachments = f'[{{"url": "/v.mp4", "mime_type": "{written}"}}]'
    reading = read(
        f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "attachments": {attachments}}}]}}'
    )
    assert [medium.mime for medium in reading.posts[0].media] == [mime]
    assert decode(encode(reading), Reading) == reading
