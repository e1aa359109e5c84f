from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from monitor.model import Delivery, Entry, Guard, Media, Mention, Post, Repeat, Verdict, changed
from tests.web.memory import NOON, SILENT, MemoryStore, a_post, a_site, a_verdict, alerted, an_entry, browser, record
from tests.web.told import words


def second(post: Post, text: str) -> Post:
    return Post(**{name: getattr(post, name) for name in post.__struct_fields__} | {"text": text, "revision": 2})


async def test_a_post_shows_its_words_its_verdict_and_where_its_alert_went(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entry, alert, delivery = alerted(a_post())
    waiting = Delivery(id="d2", alert=alert.id, channel="mail", attempts=3, error="mail: no answer", due=NOON)
    memory.outgoing += [delivery, waiting]
    await memory.add(entry, alert)

    page = await visitor.get(f"/posts/{entry.post.key}")
    whole = (await visitor.get(f"/api/posts/{entry.post.key}")).json()

    assert "Two servicemen were <mark>wounded</mark> at the border." in page.text
    assert "Why it alerted" in page.text
    assert "wound*" in page.text
    assert "mail: no answer" in page.text
    assert 'href="https://example.org/1" rel="noopener noreferrer nofollow external"' in page.text
    assert whole == {
        "versions": [record(entry) | {"difference": None}],
        "alerts": [record(alert)],
        "deliveries": [record(delivery), record(waiting)],
    }


async def test_the_three_clocks_are_in_utc_and_in_the_publishers_time(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entry, alert, _ = alerted(a_post())
    await memory.add(entry, alert)

    page = (await visitor.get(f"/posts/{entry.post.key}")).text

    assert "2021-11-16 12:00:00 UTC" in page
    assert "2021-11-16 16:00:00 +04:00 <bdi>Asia/Yerevan</bdi>" in page
    assert "2021-11-16 12:01:04 UTC" in page
    assert "1 min after it was published" in page
    assert "1 s after it was first seen" in page


async def test_silence_has_its_reasons(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post = a_post()
    verdict = Verdict(alert=False, reasons=("casualties: cancelled by “anniversary”",))
    await memory.add(an_entry(post, verdict=verdict))

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert "Why it did not alert" in page
    assert "cancelled by “anniversary”" in page


async def test_a_post_nobody_has_judged_is_explained_by_the_rules_in_force(memory: MemoryStore) -> None:
    post = a_post()
    await memory.add(an_entry(post, silent=True))
    async with browser(a_site(memory, explain=lambda post, origin: a_verdict(post))) as visitor:
        page = (await visitor.get(f"/posts/{post.key}")).text

    assert "Found by the first poll of its source" in page
    assert "“wounded” stands in the text" in page
    assert "Why it did not alert" in page


async def test_rules_that_have_changed_since_are_named(memory: MemoryStore) -> None:
    entry, alert, _ = alerted(a_post())
    await memory.add(entry, alert)
    async with browser(a_site(memory)) as visitor:
        page = (await visitor.get(f"/posts/{entry.post.key}")).text

    assert "today it would not alert" in page


async def test_what_a_new_version_changed_is_shown_word_by_word(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    old = a_post("1", "Two men were wounded.")
    new = second(old, "Three men were wounded.")
    await memory.add(an_entry(old), an_entry(new, previous=old))

    page = (await visitor.get(f"/posts/{old.key}")).text

    assert "<del>Two</del><ins>Three</ins> men were wounded." in page
    assert "version 2" in page


async def test_the_api_gives_the_difference_whole(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    old = a_post("1", f"Two men were wounded. {'Nothing else. ' * 50}")
    new = second(old, old.text.replace("Two", "Three"))
    await memory.add(an_entry(old), an_entry(new, previous=old))

    newest, first = (await visitor.get(f"/api/posts/{old.key}")).json()["versions"]

    parts = newest["difference"]["text"]
    assert "".join(part["words"] for part in parts if part["kind"] != "new") == old.text
    assert "".join(part["words"] for part in parts if part["kind"] != "gone") == new.text
    assert first["difference"] is None


async def test_an_agencys_own_mark_and_what_it_goes_on_with_are_shown(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    old = a_post("1")
    post = changed(a_post("2"), title="Wounded (version 2)")
    verdict = Verdict(alert=False, updates=old.key, reasons=("version 2 by its own mark, changes nothing",))
    await memory.add(an_entry(old), an_entry(post, verdict=verdict))

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert '<span class="tag">version 2 by its own mark</span>' in page
    assert f'By its own mark a later version of <a href="/posts/{old.key}">' in page


async def test_many_versions_are_not_all_compared(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post = a_post()
    entries = [an_entry(post)]
    for n in range(2, 31):
        newer = Post(
            **{name: getattr(post, name) for name in post.__struct_fields__} | {"text": f"Edit {n}.", "revision": n}
        )
        entries.append(an_entry(newer, previous=entries[-1].post))
    await memory.add(*entries)

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert page.count("<h3>Version") == 20
    assert "10 older versions" in page


SAID = "Two wounded near Sotk. No losses in Sotq or Kut, says <b>he</b>."


def a_told_post() -> tuple[Post, Verdict]:
    """A post with a match, a guard and three places: one certain, one nearly, one of two."""
    post = a_post(text=SAID)

    def at(words: str) -> dict[str, Any]:
        start = SAID.index(words)
        return {"field": "text", "start": start, "end": start + len(words), "words": words}

    sotk: dict[str, Any] = {"place": "sotk", "name": "Sotk", "at": (40.2031, 45.8649)}
    kut = Mention(place=None, candidates=("kut", "kut-2"), name="Kut", **at("Kut"))
    return post, a_verdict(
        post,
        language="en",
        languages=("en", "ru"),
        guards=(Guard(guard="denial", cancels=("losses",), **at("No losses")),),
        places=(Mention(**sotk, **at("Sotk")), Mention(**sotk, near=True, **at("Sotq")), kut),
    )


async def test_guards_places_and_languages_stand_beside_the_words_that_fired(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    post, verdict = a_told_post()
    entry, alert, _ = alerted(post, verdict)
    await memory.add(entry, alert)

    page = (await visitor.get(f"/posts/{post.key}")).text
    whole = (await visitor.get(f"/api/posts/{post.key}")).json()

    assert (
        'Two <mark>wounded</mark> near <span class="place" title="Sotk: 40.2031, 45.8649">Sotk</span>. '
        '<span class="guard" title="@denial: cancels “losses”">No losses</span> in '
        '<span class="place" title="Sotk: 40.2031, 45.8649; spelled nearly so">Sotq</span> or '
        '<span class="place" title="Kut: one of kut, kut-2">Kut</span>, says &lt;b&gt;he&lt;/b&gt;.'
    ) in page
    said = words(page)
    assert "In the text: words that fired words that say how others are meant places" in said
    assert "Language: English, and Russian in some sentences." in said
    assert "No losses @denial cancels “losses”" in said
    assert "Sotk Sotk 40.2031, 45.8649 Sotq Sotk 40.2031, 45.8649; spelled nearly so Kut Kut one of kut, kut-2" in said
    assert whole["versions"][0]["verdict"] == record(verdict)


async def test_words_that_fired_may_be_a_place_and_under_a_guard(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    post, verdict = a_told_post()
    guard = Guard(guard="unless", field="text", start=4, end=16, words="wounded near")
    here = Mention(place="w", name="W", field="text", start=4, end=11, words="wounded")
    entry, alert, _ = alerted(post, changed(verdict, guards=(guard,), places=(here,)))
    await memory.add(entry, alert)

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert '<mark class="guard place" title="unless: cancels nothing here; W">wounded</mark>' in page
    assert '<span class="guard" title="unless: cancels nothing here"> near</span>' in page


async def test_a_silent_post_shows_the_places_and_languages_that_the_rules_find_now(memory: MemoryStore) -> None:
    post, verdict = a_told_post()
    await memory.add(an_entry(post, verdict=SILENT))
    now_said = changed(SILENT, places=verdict.places, language="en", languages=("en", "ru"), guards=verdict.guards)

    async with browser(a_site(memory, explain=lambda post, origin: now_said)) as visitor:
        page = (await visitor.get(f"/posts/{post.key}")).text

    assert "Why it did not alert" in page
    assert 'title="Kut: one of kut, kut-2">Kut</span>' in page
    assert "English and Russian" in words(page)
    assert "@denial" not in page  # what was cancelled then is what was kept


async def test_a_list_of_many_places_is_not_all_told(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post, verdict = a_told_post()
    many = tuple(changed(verdict.places[0], name=f"Village {n}") for n in range(50))
    entry, alert, _ = alerted(post, changed(verdict, places=many))
    await memory.add(entry, alert)

    assert "and 10 more, in its record" in words((await visitor.get(f"/posts/{post.key}")).text)


async def test_a_window_s_own_post_is_not_judged_again(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post = a_post(kind="window", source="many-speak")
    entry, alert, _ = alerted(post, a_verdict(post, rules=("many-speak",), matches=()))
    await memory.add(entry, alert)

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert 'Rule: <a href="/rules/many-speak">many-speak</a>' in page
    assert "The rules have changed since" not in page


async def test_media_are_links_with_their_words_and_never_loaded(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    media = (
        Media(type="image", url="https://example.org/map.jpg", alt="Map of the area"),
        Media(type="video", url="javascript:alert(1)", duration=75.0),
    )
    post = a_post(media=media, permalink="javascript:alert(2)", repost_of="data:text/html,x")
    repeat = Repeat(permalink="https://example.org/again", native_id="2", seen=NOON + timedelta(hours=1))
    await memory.add(an_entry(post, repeats=(repeat,), copy_of="agency:" + "0" * 20))

    page = (await visitor.get(f"/posts/{post.key}")).text

    assert '<a href="https://example.org/map.jpg" rel="noopener noreferrer nofollow external">' in page
    assert "Map of the area" in page
    assert "https://example.org/again" in page
    assert 'href="/posts/agency:00000000000000000000"' in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert 'href="data:' not in page


async def test_an_unknown_key_is_a_calm_404(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    await memory.add(Entry(id="1-0", post=a_post()))
    for key in ("am-mod:" + "0" * 20, "x", "<script>", "am-mod:*", "%2e%2e"):
        page = await visitor.get(f"/posts/{key}")
        assert page.status_code == 404
        assert "No post with this key" in page.text
        answer = await visitor.get(f"/api/posts/{key}")
        assert (answer.status_code, answer.json()) == (404, {"error": "No post with this key is known here."})
