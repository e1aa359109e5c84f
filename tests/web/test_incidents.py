"""Incidents on their pages, and how a person takes one in hand: by the link of a message, on the page, by a program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model import Acknowledgement, Alert, changed, plain
from monitor.policy.escalation import call_id
from monitor.policy.settings import GroupingConfig
from monitor.web.links import acknowledge_link
from monitor.web.orders import Call, Orders
from tests.web.memory import NOON, MemoryStore, a_post, alerted, record
from tests.web.people import BEARER, OURS, PUBLIC, ROUTES, TOKEN, Waiting, an_incident, joined, writable
from tests.web.told import is_absent, untold

ID = "a1b2c3d4e5f6a7b8c9d0"
LINK = (acknowledge_link(PUBLIC, TOKEN, ID) or "").removeprefix(PUBLIC)


@pytest.fixture
def memory() -> MemoryStore:
    """An incident of three statements: one told, one held, one silenced; in half an hour `mail` is called."""
    memory = MemoryStore()
    now = datetime.now(UTC)
    fates: tuple[dict[str, Any], ...] = (
        {"state": "arrived"},
        {"state": "waiting", "arrived": None, "held": "quiet hours until 07:00", "until": now + timedelta(hours=9)},
        {"state": "silenced", "arrived": None, "held": "silenced by Anna until 18:00: an exercise"},
    )
    alerts = []
    for number, fate in enumerate(fates, start=1):
        post = a_post(str(number), title=f"Statement {number}", seen=now - timedelta(minutes=10 - number))
        entry, alert, delivery = alerted(post)
        alert = joined(alert, ID, number, adds="a new topic" if number == 2 else None, why="Goris" * (number > 1))
        memory.stream += [entry, alert]
        memory.outgoing.append(changed(delivery, id=f"{number:032x}", **fate))
        alerts.append(alert)
    memory.people.incidents.append(an_incident(alerts))
    memory.people.steps.append(Waiting(ID, "desk", 0, now + timedelta(minutes=30)))
    return memory


async def test_the_list_says_who_has_what_and_who_is_called_next(memory: MemoryStore) -> None:
    old = an_incident([alerted(a_post("9"))[1]], id="b" * 20, title="Long ago")
    taken = Acknowledgement(by="Anna", at=NOON)
    memory.people.incidents.append(changed(old, acknowledged=taken))
    async with writable(memory) as visitor:
        page = (await visitor.get("/incidents")).text
        found = (await visitor.get("/api/incidents")).json()["incidents"]

    assert not untold(page, "1 open, of which nobody has taken 1.", "Statement 1", "Goris", "AM", "nobody yet")
    assert not untold(page, "mail is called", "Recent, no longer open", "Long ago", "Anna")
    assert [one["open"] for one in found] == [True, False]
    assert found[0]["next"]["to"] == ["mail"]
    assert found[1] == {**record(plain(memory.people.incidents[1])), "open": False, "next": None}


async def test_its_page_says_what_each_channel_was_told_and_why_not(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        page = (await visitor.get(f"/incidents/{ID}")).text
        whole = (await visitor.get(f"/api/incidents/{ID}")).json()

    assert page.index("Statement 1") < page.index("Statement 2") < page.index("Statement 3")
    assert not untold(page, "3 statements", "Adds: a new topic", "Belongs here: Goris", "duty arrived", "held")
    assert not untold(page, "quiet hours until 07:00", "silenced by Anna until 18:00: an exercise")
    assert "I have it in hand" not in page
    assert [len(one["deliveries"]) for one in whole["statements"]] == [1, 1, 1]


async def test_the_page_of_a_post_says_what_is_held_and_what_is_silenced(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        told, held, silenced = [
            (await visitor.get(f"/posts/{one.post.key}")).text for one in memory.stream if isinstance(one, Alert)
        ]

    assert not untold(told, "duty arrived")
    assert not untold(held, "duty held quiet hours until 07:00")
    assert not untold(silenced, "duty silenced by Anna until 18:00: an exercise")


async def test_one_that_is_not_there_is_absent(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        await is_absent(visitor, "incidents", "nothing", "<script>", told="There is no incident with this id")


async def test_opening_the_link_changes_nothing(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        for answer in (await visitor.get(LINK), await visitor.head(LINK)):
            assert answer.status_code == 200
        page = (await visitor.get(LINK)).text

    assert not untold(page, "Nobody has it in hand yet.", "Statement 2", "I have it in hand")
    assert memory.people.incidents[0].acknowledged is None
    assert (memory.people.actions, memory.told) == ([], [])


async def test_whoever_presses_has_it_and_all_who_were_told_hear_of_it(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        first = await visitor.post(LINK, data={"name": " Anna\nK. ", "note": "calling Goris"}, headers=OURS)
        second = await visitor.post(LINK, data={"name": "Boris"})
        page = (await visitor.get(LINK)).text

    assert not untold(first.text, "You have it in hand, Anna K.", "calling Goris")
    assert not untold(second.text, "Anna K. has it in hand", "calling Goris You came later: nothing was changed.")
    assert "<form" not in page
    (action,) = memory.people.actions
    assert (action.by, action.what, action.about, action.via) == ("Anna K.", "acknowledged", ID, "web")
    (notice,) = memory.told
    assert (notice.notice, notice.verdict.to, notice.verdict.severity) == ("acknowledged", ("duty",), "low")
    assert notice.incident
    assert (notice.incident.incident, notice.post.title) == (ID, "Anna K. has it in hand")
    assert notice.post.text.endswith("Nobody else is called about it.\n\nAnna K. says: “calling Goris”")


async def test_a_name_is_wanted(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        nobody = await visitor.post(LINK, data={"name": "  "}, headers=OURS)
        long = await visitor.post(LINK, data={"name": "x" * 81}, headers=OURS)

    assert (nobody.status_code, long.status_code) == (400, 400)
    assert not untold(nobody.text, "say who you are", "Your name")
    assert memory.people.incidents[0].acknowledged is None


@pytest.mark.parametrize("address", [f"/acknowledge/{ID}/{'A' * 32}", f"/acknowledge/{'b' * 20}/{LINK[-32:]}"])
async def test_a_wrong_signature_is_no_link(memory: MemoryStore, address: str) -> None:
    async with writable(memory) as visitor:
        shown = await visitor.get(address)
        sent = await visitor.post(address, data={"name": "Mallory"}, headers=OURS)

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert "This link is not valid" in shown.text
    assert memory.people.actions == []


async def test_the_button_of_another_site_does_nothing(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        answer = await visitor.post(LINK, data={"name": "Mallory"}, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert memory.people.incidents[0].acknowledged is None


async def test_it_is_taken_on_its_page_under_the_name_of_the_session(memory: MemoryStore) -> None:
    async with writable(memory, "Anna") as visitor:
        before = (await visitor.get(f"/incidents/{ID}")).text
        answer = await visitor.post(f"/incidents/{ID}/acknowledge", data={"note": "mine"}, headers=OURS)
        after = (await visitor.get(f"/incidents/{ID}")).text

    assert "I have it in hand" in before
    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{ID}")
    assert not untold(after, "Anna has it in hand", "mine")
    assert "I have it in hand" not in after


async def test_a_program_takes_it_for_somebody(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        path = f"/api/incidents/{ID}/acknowledge"
        nobody = await visitor.post(path, json={}, headers=BEARER)
        first = await visitor.post(path, json={"by": "Anna"}, headers=BEARER)
        second = await visitor.post(path, json={"by": "Boris"}, headers=BEARER)
        absent = await visitor.post("/api/incidents/none/acknowledge", json={"by": "A"}, headers=BEARER)

    assert (nobody.status_code, nobody.json()["error"][:15]) == (400, "say who you are")
    assert (first.json()["first"], second.json()["first"]) == (True, False)
    assert second.json()["acknowledged"]["by"] == "Anna"
    assert absent.status_code == 404


async def test_the_page_of_alerts_says_who_has_its_incident_in_hand(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        before = (await visitor.get("/alerts")).text
        await visitor.post(LINK, data={"name": "Anna"}, headers=OURS)
        after = (await visitor.get("/alerts")).text

    assert f'href="/incidents/{ID}"' in before
    assert "has it in hand" not in before
    assert not untold(after, "incident , Anna has it in hand")


def test_a_link_wants_a_public_address_and_a_token() -> None:
    assert LINK.startswith(f"/acknowledge/{ID}/")
    assert acknowledge_link(f"{PUBLIC}/", TOKEN, ID) == f"{PUBLIC}{LINK}"
    assert acknowledge_link(None, TOKEN, ID) is None
    assert acknowledge_link(PUBLIC, None, ID) is None


async def test_who_was_called_is_shown_and_hears_of_it_and_nobody_who_was_not(memory: MemoryStore) -> None:
    about = changed(memory.people.incidents.pop(), routes=("desk",))
    memory.people.incidents.append(about)
    entry, call, delivery = alerted(a_post("77", title="3 statements on one incident"))
    async with writable(memory) as visitor:
        before = (await visitor.get(f"/incidents/{ID}")).text
        memory.stream += [entry, changed(call, id=call_id(ID, "desk", 0), verdict=changed(call.verdict, to=("mail",)))]
        memory.outgoing.append(changed(delivery, id="c" * 32, alert=call_id(ID, "desk", 0), channel="mail"))
        pages = [(await visitor.get(path)).text for path in (f"/incidents/{ID}", LINK)]
        whole = (await visitor.get(f"/api/incidents/{ID}")).json()
        await visitor.post(LINK, data={"name": "Anna"}, headers=OURS)

    assert "Called" not in before
    assert [untold(page, "Called", "mail arrived") for page in pages] == [[], []]
    assert [one["deliveries"][0]["channel"] for one in whole["calls"]] == ["mail"]
    assert memory.told[0].verdict.to == ("duty", "mail")


def test_nobody_is_called_about_what_somebody_has_or_by_a_route_that_is_gone() -> None:
    orders = Orders(ROUTES, GroupingConfig())
    about = an_incident([alerted(a_post())[1]])
    later = NOON + timedelta(hours=1)
    step = Waiting(ID, "desk", 0, later)

    assert orders.next_call(about, [Waiting("other", "desk", 0, NOON), step]) == Call(("mail",), later, again=False)
    assert orders.next_call(about, [step._replace(number=-1)]) == Call(("duty",), later, again=True)
    assert orders.next_call(about, [step._replace(route="gone"), step._replace(number=1)]) is None
    assert orders.next_call(changed(about, acknowledged=Acknowledgement(by="Anna", at=NOON)), [step]) is None
