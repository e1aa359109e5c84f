from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli.run import _secrets
from monitor.config import Settings, load, schema
from monitor.errors import ConfigError
from monitor.notifiers import slack

ROOT = Path(__file__).parent.parent.parent

MINIMAL = """
sources:
  - {id: am-mod, kind: rss, url: "https://example.org/feed"}
channels:
  - {id: console, kind: console}
rules:
  - {id: border, to: [console], terms: {en: [border]}}
"""


def written(folder: Path, text: str, name: str = "monitor.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.mistakes


def test_the_form_that_was_agreed_is_read(tmp_path: Path) -> None:
    written(tmp_path, "https://hooks.slack.com/services/T/B/x\n", "slack")
    settings = load(
        written(
            tmp_path,
            """
            store: {url: embedded, dir: data}
            web: {listen: 127.0.0.1:8080}
            sources:
              - {id: am-mod, kind: rss, url: "https://example.org/feed", name: "Ministry of Defence of Armenia",
                 party: AM, official: true, every: 2m, timezone: Asia/Yerevan, language: en, backfill: silent}
              - {id: test, kind: rss, url: "http://127.0.0.1:9000/feed", every: 5s, allow_private: [127.0.0.1]}
            channels:
              - {id: desk, kind: slack, webhook_url_file: slack}
              - {id: duty, kind: email, host: localhost, port: 25, from: monitor@example.org, to: [duty@example.org]}
            rules:
              - {id: casualties, severity: high, to: [desk, duty],
                 terms: {en: ["casualt*", "fatally wounded"], ru: ["погиб*"]}}
            """,
        )
    )

    assert [source.every for source in settings.sources] == [120.0, 5.0]
    assert settings.web.address == ("127.0.0.1", 8080)
    assert settings.rules[0].to == ("desk", "duty")


def test_included_files_are_merged_and_their_mistakes_told_by_their_own_place(tmp_path: Path) -> None:
    written(tmp_path, "sources:\n- {id: one, kind: rss, url: 'https://one.example/'}\n", "sources/a.yaml")
    written(tmp_path, "sources:\n- id: two\n  kind: rss\n  url: https://two.example/\n  evry: 5m\n", "sources/b.yaml")
    main = written(tmp_path, f"include: [sources/*.yaml]\n{MINIMAL}")

    (mistake,) = mistakes(main)

    assert mistake == f"{tmp_path}/sources/b.yaml:5: sources.0.evry: no setting has this name; did you mean 'every'?"


def test_an_included_file_holds_lists_only(tmp_path: Path) -> None:
    written(tmp_path, "store: {url: embedded}\nrules: border\n", "more.yaml")

    assert [m.split(": ", 1)[1] for m in mistakes(written(tmp_path, f"include: [more.yaml]\n{MINIMAL}"))] == [
        "store: an included file holds sources, channels, rules, categories, places, windows, routes and nothing else",
        "rules: a list is wanted, each member beginning with '-'",
    ]


MISTAKES = [
    ("sources: [{id: a, kind: gopher, url: 'https://x.example/'}]", "sources.0.kind: no kind 'gopher'"),
    ("sources: [{id: a, url: 'https://x.example/'}]", "sources.0.kind: is missing"),
    ("sources: [{id: a, kind: rss}]", "sources.0.url: is missing"),
    ("sources: [{id: a, kind: rss, url: 'ftp://x/'}]", "https:// or http://"),
    ("sources: [{id: 'a b', kind: rss, url: 'https://x.example/'}]", "'a b' is no id"),
    ("sources: [{id: a, kind: rss, url: 'https://x.example/', every: soon}]", "'soon' is no interval"),
    ("sources: [{id: a, kind: rss, url: 'https://x.example/', timezone: Mars}]", "no time zone 'Mars'"),
    ("sources: [{id: a, kind: rss, url: 'https://x.example/', official: perhaps}]", "true or false is wanted"),
    ("sources: [{id: a, kind: rss, url: 'https://x.example/', allow_private: [home]}]", "no address or network"),
    ("sources: [{id: a, kind: rss, url: 'http://127.0.0.1:9000/'}]", "`allow_private: [127.0.0.1]` would allow"),
    ("sources: [{id: a, kind: rss, url: 'http://localhost/'}]", "`allow_private: [127.0.0.1]` would allow"),
    ("sources: [{id: a, kind: rss, url: 'https://x.example/', enabled: false}]", "is off without a reason"),
    ("channels: [{id: a, kind: slack, webhook_url_file: nowhere}]", "the secret cannot be read"),
    ("channels: [{id: a, kind: slack, webhook_url_file: empty}]", "the file is empty"),
    ("channels: [{id: a, kind: slack}]", "channels.0"),
    ("channels: [{id: a, kind: webhook, url: 'http://10.0.0.1/', unsigned: true}]", "`allow_private: [10.0.0.1]`"),
    ("channels: [{id: a, kind: console, timeout: 0s}]", "channels.0.timeout"),
    ("rules: [{id: a, to: [nobody], terms: {en: [border]}}]", "rules.0.to.0: no channel 'nobody'"),
    ("ops: {to: [nobody]}", "monitor.yaml:1: ops.to.0: no channel 'nobody'"),
    ("channels: [{id: desk, kind: console}]\nops: {to: [desc]}", "no channel 'desc'; did you mean 'desk'?"),
    ("ops: {too: [desk]}", "ops.too: no setting has this name; did you mean 'to'?"),
    ("ops: {to: desk}", "ops.to: a list like [a, b] is wanted"),
    ("ops: [desk]", "ops: settings, each as `name: value`, are wanted"),
    ("rules: [{id: a, terms: {en: [border]}}]", "rules.0.to: the rule alerts nobody"),
    ("rules: [{id: a, enabled: false, terms: {en: ['*']}}]", "rules.0.terms"),
    ("rules: [{id: a, enabled: false, sevrity: high, terms: {en: [b]}}]", "did you mean 'severity'?"),
    ("rules: [{id: a, enabled: false, severity: hihg, terms: {en: [b]}}]", "did you mean 'high'?"),
    ("rules: 7", "a list like [a, b] is wanted"),
    ("rules: [7]", "settings, each as `name: value`, are wanted"),
    ("store: {url: memory}", "this is no store"),
    ("web: {listen: everywhere}", "'everywhere' is no address to listen on"),
    ("surces: []", "did you mean 'sources'?"),
    ("include: [nothing/*.yaml]", "no file matches 'nothing/*.yaml'"),
    ("web: {listen: 127.0.0.1:1}\nweb: {}", "'web' is given twice, first in line 1"),
    ("rules: [", "no valid YAML"),
    ("- a list", "wanted are settings"),
    ('include: [""]', "no file matches ''"),
    ('include: ["**x"]', "no file matches '**x'"),
    ("sources: 5", "a list like [a, b] is wanted"),
    ("[a]: 5", "a name before ':' is a plain text"),
    ("7: 5", "a name before ':' is a plain text"),
    ("store: {url: 'redis://h:abc/0'}", "no address of a store"),
    ("store: {url: 'redis://'}", "no address of a store"),
]


@pytest.mark.parametrize(("wrong", "told"), MISTAKES)
def test_one_mistake_is_told_once_with_its_place_and_what_would_be_right(tmp_path: Path, wrong: str, told: str) -> None:
    written(tmp_path, "", "empty")
    found = mistakes(written(tmp_path, wrong))

    assert len(found) == 1, found
    assert told in found[0]
    assert "monitor.yaml" in found[0]


def test_ten_mistakes_are_listed_as_ten(tmp_path: Path) -> None:
    found = mistakes(
        written(
            tmp_path,
            """
            store: {url: memory}
            web: {listen: here}
            log: {format: pretty}
            sources:
              - {id: one, kind: gopher, url: "https://x.example/"}
              - {id: two, kind: rss, url: "https://x.example/", evry: 5m}
              - {id: two, kind: rss, url: "https://x.example/"}
              - {id: three, kind: rss, url: "https://x.example/", timezone: Asia/Yerewan}
            channels:
              - {id: desk, kind: slack, webhook_url_file: nowhere}
            rules:
              - {id: a, to: [dsk], severity: high, terms: {en: [border]}}
              - {id: b, to: [desk], severity: hihg, terms: {en: [border]}}
            """,
        )
    )

    assert len(found) == 10, "\n".join(found)
    lines = [int(mistake.split(":")[1]) for mistake in found]
    assert lines == sorted(lines)


def test_secrets_come_from_a_file_or_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_NIGHT_DESK_WEBHOOK_URL", "https://hooks.slack.com/services/T/B/from-environment")
    written(tmp_path, "https://hooks.slack.com/services/T/B/from-file\n", "secrets/slack")
    settings = load(
        written(
            tmp_path,
            "channels:\n- {id: desk, kind: slack, webhook_url_file: secrets/slack}\n- {id: night-desk, kind: slack}\n",
        )
    )

    hooks = [channel.webhook_url for channel in settings.channels if isinstance(channel, slack.Config)]
    urls = [hook.get_secret_value() for hook in hooks if hook]
    assert [url.rsplit("/", 1)[1] for url in urls] == ["from-file", "from-environment"]
    assert "from-file" not in repr(settings)


def test_a_webhooks_address_from_a_file_is_secret_and_checked_like_any_other(tmp_path: Path) -> None:
    text = "channels: [{id: a, kind: webhook, url_file: address, unsigned: true}]"
    written(tmp_path, "https://archive.example/topsecret\n", "address")
    settings = load(written(tmp_path, text))

    assert _secrets(settings) == ["https://archive.example/topsecret"]
    assert "topsecret" not in repr(settings)

    for address, told in (("http://10.0.0.1/topsecret", "`allow_private: [10.0.0.1]`"), ("topsecret", "https://")):
        written(tmp_path, address, "address")
        (mistake,) = mistakes(tmp_path / "monitor.yaml")
        assert told in mistake
        assert "channels.0.url" in mistake
        assert "topsecret" not in mistake


@pytest.mark.parametrize(
    "wrong",
    [
        "channels: [{id: a, kind: slack, token: hunter2, tokn: 1, channel: 7}]",
        "channels: [{id: a, kind: slack, token: [hunter2], channel: C1}]",
        "channels: [{id: a, kind: email, host: h, from: a@b.example, to: [a@b.example], password: {x: hunter2}}]",
        "store: redis://u:hunter2@h",
        "store: {url: 'http://u:hunter2@h'}",
        "store: {url: 'redis://u:hunter2@h:abc'}",
    ],
)
def test_no_mistake_shows_a_secret(tmp_path: Path, wrong: str) -> None:
    assert "hunter2" not in "\n".join(mistakes(written(tmp_path, wrong)))


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "0.0.0.0:80")
    monkeypatch.setenv("MONITOR_STORE__URL", "redis://valkey:6379/0")

    settings = load(written(tmp_path, f"web: {{listen: 127.0.0.1:8080}}\nstore: {{dir: elsewhere}}\n{MINIMAL}"))

    assert settings.web.listen == "0.0.0.0:80"
    assert (settings.store.url, settings.store.dir) == ("redis://valkey:6379/0", Path("elsewhere"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in mistakes(tmp_path / "monitor.yaml")[0]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"a: &a [*a]", b"!!python/object:os.system {}", b"{" * 5000])
def test_a_hostile_file_is_a_mistake_not_a_crash(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "monitor.yaml"
    path.write_bytes(body)

    assert mistakes(path)


def test_the_shipped_schema_is_in_step() -> None:
    shipped = json.loads((ROOT / "config" / "schema.json").read_text(encoding="utf-8"))

    assert shipped == json.loads(json.dumps(schema())), "run: .venv/bin/monitor schema > config/schema.json"


def test_the_schema_knows_files_for_secrets_and_the_names_as_written() -> None:
    text = json.dumps(schema())

    assert '"webhook_url_file"' in text
    assert '"from"' in text
    assert '"from_"' not in text


def test_the_shipped_configuration_is_in_order() -> None:
    settings = load(ROOT / "config" / "monitor.yaml")

    assert isinstance(settings, Settings)
    assert {rule.subject for rule in settings.active_rules} >= {"border", "casualties", "positions"}
    assert settings.watched
    assert all(source.disabled_because for source in settings.sources if not source.enabled)
