"""What becomes of a suspect after a look. Pure.

Found missing twice, some time apart, it is deleted; found there, it is not, and is left alone for some hours. What says
nothing clear for two weeks is given up: the post stays as it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from monitor.model import Deletion, Suspect, changed
from monitor.poll.gone.evidence import Seen

APART = timedelta(minutes=10)  # between the two times that a post must be found missing
FIRST = timedelta(minutes=1)  # until a suspect is first looked at
ROW = timedelta(seconds=30)  # and so much more for each before it
# After an alert, when it is looked whether its post is still there: much is taken away where nobody could miss it.
WATCHED = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7))
KNOWN = timedelta(days=30)  # for which a deleted post is watched for coming back

_AGAIN = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=6))  # after looks that said nothing, by age
_UNDECIDED = timedelta(days=14)
_LEFT_ALONE = timedelta(days=1)
_SOONEST = timedelta(hours=6)  # after it was found there: some feeds show now these and now those
_BACK = (timedelta(days=1), timedelta(days=7), KNOWN)  # after its deletion, when a post is looked for again

What = Literal["deleted", "restored", "present", "undecided", "waits"]


class Next(NamedTuple):
    """`suspect`: None once it is forgotten; `what`: what it has become by this look."""

    suspect: Suspect | None
    what: What


def after_look(suspect: Suspect, seen: Seen, now: datetime) -> Next:
    """Return what becomes of a suspect after a look at its address."""
    match suspect.state:
        case "suspected":
            return _suspected(suspect, seen, now)
        case "deleted":
            return _deleted(suspect, seen, now)
    return Next(None, "present")


def heard(suspect: Suspect, now: datetime) -> Suspect | None:
    """Return a suspect of which its publisher says itself that it is deleted; None where it had just said so."""
    if suspect.state != "suspected" or (suspect.heard and now - suspect.heard < APART):
        return None
    said = noted(suspect.evidence, "its publisher calls it deleted", now)
    return changed(
        suspect,
        said=suspect.said + 1,
        heard=now,
        absent=suspect.absent or now,
        evidence=said,
        due=min(suspect.due, now),
    )


def missed_again(suspect: Suspect, why: str, now: datetime) -> Suspect | None:
    """Return one that proved to be there, and is missing anew: it is looked at again, but not at once.

    None for any other, and for one of which it has still to be told that it is there again.
    """
    if suspect.state != "present" or suspect.untold:
        return None
    found = suspect.due - _LEFT_ALONE
    evidence = noted(suspect.evidence, why, now)
    due = max(now + FIRST, found + _SOONEST)
    return Suspect(key=suspect.key, since=now, due=due, seen=suspect.seen, evidence=evidence)


def shown(suspect: Suspect, now: datetime) -> Suspect | None:
    """Return a suspect whose source shows it again; None where there is nothing to note."""
    if suspect.state == "suspected":
        return changed(suspect, state="present", due=now + _LEFT_ALONE)
    if suspect.state == "deleted" and suspect.shown is None:
        said = noted(suspect.evidence, "its source shows it again", now)
        return changed(suspect, shown=now, due=now, evidence=said)
    return None


def put_off(suspect: Suspect, now: datetime) -> Next:
    """Return a suspect that cannot be looked at just now: it is asked for later."""
    if suspect.state == "suspected" and now - suspect.since >= _UNDECIDED:
        return Next(None, "undecided")
    if suspect.state == "deleted" and suspect.absent and now - suspect.absent >= KNOWN:
        return Next(None, "waits")
    return Next(changed(suspect, due=now + _later(suspect, now)), "waits")


def watched(raised: datetime, now: datetime) -> datetime | None:
    """Return when a post that alerted is looked at next; None when that was the last time."""
    return next((raised + age for age in WATCHED if raised + age > now), None)


def missed(key: str, seen: Seen, last: datetime | None, now: datetime) -> Suspect:
    """Return a suspect that nobody missed, and that was just not found at its address; `last`: when it was shown."""
    return Suspect(key=key, since=now, due=now + APART, absent=now, seen=last, evidence=noted((), seen.said, now))


def deletion(suspect: Suspect, now: datetime) -> Deletion:
    """Return the record of a deletion that has just been confirmed."""
    return Deletion(at=now, suspected=suspect.since, seen=suspect.seen, evidence=suspect.evidence)


def noted(evidence: tuple[str, ...], sentence: str, now: datetime) -> tuple[str, ...]:
    """Add a sentence to the evidence, with its time; of what is said again and again the first and the last stay."""
    line = f"{now:%d %b %Y %H:%M:%S} UTC: {sentence}."
    if len(evidence) > 1 and evidence[-1].endswith(f"UTC: {sentence}.") and evidence[-2].endswith(f"UTC: {sentence}."):
        return (*evidence[:-1], line)
    return (*evidence[-19:], line)


def _suspected(suspect: Suspect, seen: Seen, now: datetime) -> Next:
    after = changed(suspect, evidence=noted(suspect.evidence, seen.said, now))
    if seen.what == "present":
        return Next(changed(after, state="present", absent=None, due=now + _LEFT_ALONE), "present")
    if seen.what == "absent" or (seen.what == "unclear" and suspect.said > 1):
        if suspect.absent and now - suspect.absent >= APART:
            return Next(changed(after, state="deleted", absent=now, due=now + _BACK[0]), "deleted")
        first = suspect.absent or now
        return Next(changed(after, absent=first, due=first + APART), "waits")
    return put_off(after, now)


def _deleted(suspect: Suspect, seen: Seen, now: datetime) -> Next:
    """`absent` is by now when the deletion was confirmed."""
    confirmed = suspect.absent or now
    there = seen.what == "present" or (suspect.shown and seen.what == "unclear")
    if there:
        after = changed(suspect, evidence=noted(suspect.evidence, seen.said, now))
        return Next(changed(after, state="present", due=now + _LEFT_ALONE), "restored")
    if seen.what == "nothing":
        return put_off(suspect, now)
    following = next((confirmed + age for age in _BACK if confirmed + age > now), None)
    return Next(changed(suspect, shown=None, due=following) if following else None, "waits")


def _later(suspect: Suspect, now: datetime) -> timedelta:
    age = now - suspect.since
    return next((wait for wait in _AGAIN if age < 4 * wait), _AGAIN[-1])
