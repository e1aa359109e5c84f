"""An alert as the store has it: it names the version of a post that it is about, and says only what that does not.

RAISE keeps a version's verdict in the step that raises its alert, and ADMIT replaces no version that waits for its
verdict or has alerted: so what an alert names stays as it was judged. A notice, about no version, is kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Alert, Post, Verdict, changed
from monitor.store import quotes
from monitor.store.places import Version
from monitor.store.record import pack, readable

_NAMED = b"@"
_POST, _VERDICT = Post(key="", source="", kind="", native_id=""), Verdict(alert=True)


def naming(alert: Alert, post: Post, verdict: Verdict) -> bytes:
    """Return the record of an alert that is raised in one step with the verdict on a version of a post."""
    if alert.post != post or alert.verdict != verdict:
        return pack(alert)
    name = Version(post.key, post.revision).written.encode()
    return _NAMED + name + b"\n" + pack(brief(alert))


def brief(alert: Alert) -> Alert:
    """Return an alert without what the version that it is about says."""
    return changed(alert, post=_POST, verdict=_VERDICT)


def read(told: Sequence[bytes], what: str) -> Alert | None:
    """Return an alert by what `lua/parts/told.lua` says of it; None where it is gone or nobody can read it."""
    record, *said = told
    if not record.startswith(_NAMED):
        return readable(record, Alert, what)
    name, _, rest = record.removeprefix(_NAMED).partition(b"\n")
    alert = readable(rest, Alert, what)
    post, verdict = readable(said[0], Post, what), readable(said[1], Verdict, what)
    if alert is None or post is None or verdict is None:
        return None
    post = changed(post, revision=Version.read(name).revision)
    return changed(alert, post=post, verdict=quotes.full(verdict, post))
