"""Statements to count on: some of which nobody is told, and some that ring. Each says something else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import Origin, Post, post_key

ORIGIN = Origin(id="ministry", kind="rss", name="Ministry", party="AM", official=True)
_PLACES = ("Kenya", "Peru", "Norway", "Oman", "Chad", "Nepal", "Cuba", "Laos", "Mali", "Togo", "Fiji", "Ghana", "Malta")
_SUBJECTS = ("schools", "roads", "theatres", "harvests", "museums", "railways", "rivers", "libraries", "forests")
_WEAPONS = ("mortars", "small arms", "artillery", "howitzers", "drones")
_NOON = datetime(2021, 11, 16, 12, tzinfo=UTC)


def quiet(number: int) -> Post:
    place, other = _PLACES[number % len(_PLACES)], _PLACES[number * 5 % len(_PLACES)]
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return _post(
        number,
        f"Reception {number} at the ministry",
        f"The minister received the ambassador of {place}, who brought {number} books about {subject}. They spoke of "
        f"the {subject} of {other} and agreed that {number + 3} teachers would come to the capital in spring.",
    )


def ringing(number: int) -> Post:
    weapon, minute = _WEAPONS[number % len(_WEAPONS)], number % 60
    return _post(
        number,
        f"Statement {number} of the ministry",
        f"At about {8 + number % 12}:{minute:02} units of the enemy opened fire with {weapon} at positions near Sotk "
        f"on the border. {number + 2} servicemen were wounded and taken to hospital {number}. The fire was answered, "
        f"says report {number} of the press service about the {_SUBJECTS[number % len(_SUBJECTS)]} of the district.",
    )


def _post(number: int, title: str, text: str) -> Post:
    native_id = f"https://ministry.example/{number}-{title[:9].lower()}"
    published = _NOON + timedelta(minutes=number)
    return Post(
        key=post_key(ORIGIN.id, native_id),
        source=ORIGIN.id,
        kind="rss",
        native_id=native_id,
        title=title,
        text=text,
        permalink=native_id,
        published=published,
        seen=published,
    )
