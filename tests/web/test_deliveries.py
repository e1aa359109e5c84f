from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from monitor.model import ChannelState, changed
from monitor.notices import notice
from tests.web.memory import MINISTRY, NOON, MemoryStore, a_post, alerted, record
from tests.web.told import untold


@pytest.fixture
def memory() -> MemoryStore:
    """Arrived, given up and waiting at `duty`; given up, later, at `mail`; and one at a channel that is gone."""
    memory = MemoryStore()
    fates: tuple[dict[str, Any], ...] = (
        {"state": "arrived", "attempts": 1},
        {"state": "dead", "arrived": None, "attempts": 3, "error": "channel duty: <b>is_archived</b>"},
        {"state": "waiting", "arrived": None, "attempts": 2, "error": "answered 503", "due": NOON},
        {"state": "dead", "arrived": None, "channel": "mail", "left": ("c@example.org",), "error": "refused"},
        {"state": "dead", "arrived": None, "channel": "gone", "error": "refused"},
    )
    for number, fate in enumerate(fates):
        post = a_post(str(number), title=f"Statement {number}", seen=NOON + timedelta(minutes=number))
        entry, alert, delivery = alerted(post)
        memory.stream += [entry, alert]
        memory.outgoing.append(changed(delivery, id=f"{number:032x}", **fate))
    return memory


async def titles(visitor: httpx.AsyncClient, **asked: str) -> list[str]:
    answer = await visitor.get("/api/deliveries", params=asked)
    assert answer.status_code == 200
    return [each["title"].removeprefix("Statement ") for each in answer.json()["deliveries"]]


async def test_given_up_comes_first_then_waiting_then_arrived(visitor: httpx.AsyncClient) -> None:
    assert await titles(visitor) == ["3", "1", "2", "0"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "dead"}, ["3", "1"]),
        ({"channel": "duty"}, ["1", "2", "0"]),
        ({"channel": "duty", "state": "waiting"}, ["2"]),
        ({"channel": "gone"}, ["4"]),
        ({"channel": "never-was"}, []),
        ({"count": "2"}, ["3", "1"]),
    ],
)
async def test_state_channel_and_count_narrow_the_list(
    asked: dict[str, str], found: list[str], visitor: httpx.AsyncClient
) -> None:
    assert await titles(visitor, **asked) == found


async def test_a_record_has_the_fields_of_a_delivery_and_the_title(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    (found,) = (await visitor.get("/api/deliveries?channel=mail")).json()["deliveries"]

    assert found == {**record(memory.outgoing[3]), "title": "Statement 3"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"state": "lost"}, "state is one of dead, waiting, arrived, silenced."),
        ({"channel": "<b>"}, "channel is the id of a channel, as the page of channels shows it."),
        ({"count": "0"}, "count is a number from 1 to 200."),
    ],
)
async def test_a_question_that_is_not_clear_is_answered_with_what_would_be(
    asked: dict[str, str], sentence: str, visitor: httpx.AsyncClient
) -> None:
    answer = await visitor.get("/api/deliveries", params=asked)

    assert (answer.status_code, answer.json()) == (400, {"error": sentence})


async def test_the_page_says_what_became_of_each(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/deliveries", params={"state": "dead"})).text

    assert "channel duty: &lt;b&gt;is_archived&lt;/b&gt;" in page
    assert "only c@example.org still to be served" in page
    assert "monitor deliveries retry" in page
    assert memory.outgoing[1].id in page
    assert '<option value="dead" selected>given up</option>' in page
    assert "Statement 2" not in page


async def test_the_page_of_channels_leads_to_what_waits_and_what_was_given_up(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    memory.channel_states = [ChannelState(id="duty", dead=1)]

    page = (await visitor.get("/channels")).text

    assert page.count('href="/deliveries?') == 1
    assert 'href="/deliveries?channel=duty&amp;state=dead"' in page


async def test_a_notice_is_called_one_and_leads_to_no_page_of_a_post(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    one = notice("silent", MINISTRY, "Nothing for <b>nine</b> hours", "Look.", NOON, to=("mail",))
    memory.stream.append(one)
    memory.outgoing = [changed(memory.outgoing[3], alert=one.id)]

    page = (await visitor.get("/deliveries")).text
    assert "NOTICE · source silent · Ministry of Defence" in page
    assert "Nothing for &lt;b&gt;nine&lt;/b&gt; hours" in page
    assert 'href="/posts/' not in page
    assert await titles(visitor) == ["NOTICE · source silent · Ministry of Defence"]


async def test_without_any_the_page_says_so(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    memory.outgoing.clear()

    assert "No alert has been handed to a channel yet." in (await visitor.get("/deliveries")).text
    assert "There is none like that." in (await visitor.get("/deliveries?state=dead")).text


async def test_what_is_held_gathered_and_silenced_says_why(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2, seconds=5)
    lead, first, second, _, _ = memory.outgoing
    memory.outgoing = [
        changed(lead, members=(first.id,)),
        changed(first, state="arrived", error=None, due=None, lead=lead.id),
        changed(second, error=None, held="quiet hours until 07:00 (UTC)", until=soon, bundle="quiet"),
        changed(second, id="f" * 32, channel="mail", state="silenced", error=None, held="silenced by Anna: a test"),
    ]

    page = (await visitor.get("/deliveries")).text
    assert not untold(page, "held quiet hours until 07:00 (UTC) in 2 h", "with 1 more in one message")
    assert not untold(page, "in the message of Statement 0", "silenced by Anna: a test")
    (found,) = (await visitor.get("/api/deliveries", params={"state": "silenced"})).json()["deliveries"]
    assert (found["id"], found["held"]) == ("f" * 32, "silenced by Anna: a test")
