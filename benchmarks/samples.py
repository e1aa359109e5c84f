"""Records like those of a store: what `benchmarks.records` measures, and what a dictionary is made of.

Posts are the labelled statements of tests/statements, which are all made up, by themselves or mixed, in the coats of
made-up sources; verdicts and alerts are those of the shipped rules. A dictionary is made of the statements that rules
are tuned on, and measured on those that are held out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from benchmarks import feeds, statements
from benchmarks.statements import ROOT, Statement
from monitor.config import load
from monitor.judge import alert_for, decide
from monitor.model import (
    Alert,
    Bookmark,
    Entry,
    Hints,
    Media,
    Origin,
    PollRecord,
    Post,
    SourceState,
    Verdict,
    changed,
    post_key,
)
from monitor.rules import Rulebook
from monitor.sources import rss

_NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
_SENTENCE, _FIGURE = re.compile(r"(?<=[.!?։])\s+"), re.compile(r"\d+")
Coat = tuple[str, str, str, str | None, str]
_COATS: tuple[Coat, ...] = (  # kind, id, name, party, address of a post
    ("rss", "north-mod", "Ministry of Defence", "AM", "https://www.mod.example/en/news/{}"),
    ("rss", "east-mfa", "Foreign Ministry", "AZ", "https://mfa.gov.example/az/news/no{}"),
    ("telegram", "north-press", "Press service", "AM", "https://t.me/ministry/{}"),
    ("mastodon", "agency", "News agency", None, "https://social.example/@agency/{}"),
    ("webpage", "south-gov", "Government", "TR", "https://gov.example/haberler/{}.html"),
)


class Sample(NamedTuple):
    """A post, what the rules say of it, and its alert, if it has one."""

    post: Post
    verdict: Verdict
    alert: Alert | None


def rules() -> Rulebook:
    """Return the rules as shipped."""
    return load(ROOT / "config" / "monitor.yaml").rulebook()


def stated(book: Rulebook, *, held_out: bool) -> list[Sample]:
    """Return the labelled statements as posts: those that rules are tuned on, or those that are held out."""
    dice = random.Random(16)
    said = [one for one in statements.read(statements.OURS) if bool(one.held_out) is held_out]
    return [_stated(book, one, number, dice) for number, one in enumerate(said)]


def fed(book: Rulebook, count: int) -> list[Sample]:
    """Return the posts of made-up feeds, 1,230 bytes of HTML each; a dictionary knows nothing of their words."""
    return [
        _judged(book, changed(post, seen=_NOON), Origin(id=post.source, kind="rss", name=post.source))
        for number in range(count)
        for post in _feed(number)
    ]


def long(book: Rulebook, count: int, *, ringing: bool) -> list[Sample]:
    """Return posts of about 1,000 characters in six languages: sentences of statements that are held out, mixed.

    No two are alike. `ringing`: a statement that rings is in each, among what is quiet; else all is quiet.
    """
    dice = random.Random(18)
    held_out: dict[bool, dict[str, list[Statement]]] = {False: {}, True: {}}
    for one in statements.read(statements.OURS):
        if one.held_out:
            rings = bool(_stated(book, one, 1, dice).verdict.rules)
            held_out[rings].setdefault(one.language, []).append(one)
    found: list[Sample] = []
    while len(found) < count:
        language = sorted(held_out[False])[len(found) % len(held_out[False])]
        loud = [dice.choice(held_out[True][language]).text] if ringing else []
        sample = _stated(book, _mixed(loud, held_out[False][language], dice), 1, dice, _COATS[:1])
        if bool(sample.verdict.rules) is ringing:
            found.append(sample)
    return found


def states() -> Iterator[PollRecord | SourceState | Bookmark]:
    """Return what is kept of sources, in some variety."""
    dice = random.Random(17)
    for number in range(120):
        at = _NOON + timedelta(seconds=dice.random() * 1e6)
        outcome = dice.choice(("unchanged", "unchanged", "new", "Unreachable"))
        new, size = (dice.randrange(9) if outcome == "new" else 0), dice.randrange(60_000)
        why = "the host does not answer within 20 s" if outcome == "Unreachable" else None
        yield PollRecord(
            at=at, outcome=outcome, seconds=dice.random(), next=at + timedelta(minutes=dice.choice((1, 5, 15))),
            status=304 if outcome == "unchanged" else 200, size=size, new=new, known=20 - new, why=why,
        )  # fmt: skip
        yield SourceState(
            id=f"ministry-{number}", health=dice.choice(("healthy", "healthy", "late", "failing")), since=at,
            asked=at, answered=at, changed=at, failures=int(bool(why)), error=why, posts=dice.randrange(9_999),
            error_kind="Unreachable" if why else None, interval=900.0, latency=dice.randrange(400) / 1.0,
            pace=dice.choice((None, "the source asks for 15 min", "asked less often after 3 failures in a row")),
            delays=" ".join(str(dice.randrange(900)) for _ in range(dice.randrange(20))),
        )  # fmt: skip
        tag = f'W/"{dice.getrandbits(64):x}"'
        yield Bookmark(
            etag=tag, last_modified=f"{at:%a, %d %b %Y %H:%M:%S} GMT", body_hash=f"{dice.getrandbits(256):064x}",
            full=at, hints=Hints(ttl=dice.choice((None, 900.0))),
        )  # fmt: skip


def _stated(book: Rulebook, one: Statement, number: int, dice: random.Random, coats: Sequence[Coat] = _COATS) -> Sample:
    kind, source, name, party, address = dice.choice(coats)
    place = address.format(dice.randrange(10**6))
    published = _NOON - timedelta(seconds=dice.randrange(10**8))
    pictures = tuple(Media(type="image", url=f"{place}/photo-{n}.jpg") for n in range(dice.randrange(3)))
    post = Post(
        key=post_key(source, place), source=source, kind=kind, native_id=place, permalink=place, published=published,
        seen=published + timedelta(milliseconds=dice.randrange(10**6)), title=one.title, text=one.text, media=pictures,
        language=dice.choice((None, one.language)), author=dice.choice((None, name)),
    )  # fmt: skip
    origin = Origin(id=source, kind=kind, name=name, party=party, official=party is not None)
    return _judged(book, post, origin, silent=not number % 3)


def _judged(book: Rulebook, post: Post, origin: Origin, *, silent: bool = False) -> Sample:
    verdict = decide(Entry(id="1-1", post=post, silent=silent), origin, book, None)
    return Sample(post, verdict, alert_for(post, origin, verdict, _NOON))


def _feed(number: int) -> Sequence[Post]:
    address = f"https://ministry-{number}.example/feed"
    settings = rss.Config.model_validate({"id": f"feed-{number:05}", "url": address})
    items = [feeds.item(number, n) for n in range(feeds.POSTS)]
    return rss.read(feeds.document(number, items), {}, address, settings).posts


def _mixed(first: list[str], others: Sequence[Statement], dice: random.Random) -> Statement:
    """Return a statement that begins with `first` and goes on with sentences of others; its numbers are its own."""
    rest = [one for said in dice.sample(others, min(8, len(others))) for one in _SENTENCE.split(said.text)]
    dice.shuffle(rest)
    said, wanted = [*first], dice.randrange(800, 1100)
    while rest and sum(map(len, said)) < wanted:
        said.append(rest.pop())
    text = _FIGURE.sub(lambda found: str(dice.randrange(10 ** len(found[0]))), " ".join(said))
    return others[0]._replace(title=said[0][:80], text=text)
