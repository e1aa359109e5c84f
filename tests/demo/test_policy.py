"""The policy that is shipped: the one the demo plays, with examples that work as they stand."""

import re
from pathlib import Path

import pytest

from monitor.config import Settings, load
from monitor.demo.day import Clock
from monitor.demo.settings import POLICY, write
from monitor.policy import routes
from tests.pages import ROOT

SHIPPED = ROOT / "config" / "monitor.yaml"
_EXAMPLE = re.compile(r"^( *)# (?=- |[a-z_]+:(?: |$)|  )", re.MULTILINE)


@pytest.fixture
def uncommented(tmp_path: Path) -> Settings:
    """The shipped file with every example in it switched on."""
    secrets = {"web": "w" * 16, "slack-bot": "xoxb-1", "mail": "secret", "archive": "whsec_" + "c2VjcmV0" * 4}
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret, encoding="utf-8")
    text = _EXAMPLE.sub(r"\1", SHIPPED.read_text(encoding="utf-8"))
    text = text.replace("/run/secrets", str(tmp_path)).replace("  - ", f"  - {SHIPPED.parent}/", 4)
    path = tmp_path / "monitor.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_demo_plays_the_shipped_policy() -> None:
    assert load(SHIPPED).grouping == POLICY


def test_every_example_works_as_it_stands(uncommented: Settings) -> None:
    desk, duty, morning = (one for one in uncommented.channels if one.id in {"desk", "duty", "morning"})

    assert uncommented.web.url
    assert uncommented.web.token
    assert desk.limit
    assert (len(duty.quiet), duty.timezone) == (2, "Asia/Yerevan")
    assert morning.digest
    assert [one.id for one in uncommented.routes] == ["readers", "southern-losses", "grave", "the-rest"]
    assert routes.reached(uncommented.routes) | {"console"} == {one.id for one in uncommented.channels}
    assert uncommented.ops.to


@pytest.mark.parametrize("speed", [0.1, 1, 6])
def test_the_demos_hours_are_short_but_no_shorter_than_a_look_at_the_feeds(tmp_path: Path, speed: float) -> None:
    clock = Clock(speed)
    grouping = load(write(tmp_path, clock, base="http://127.0.0.1:1", mail=25, web=0, colour=False)).grouping

    assert grouping
    assert grouping.within == pytest.approx(clock.ours(POLICY.within) + 15)
    assert grouping.interval == max(1.0, clock.ours(POLICY.interval))
    assert (grouping.wait, grouping.repeat) == (0, 0)
