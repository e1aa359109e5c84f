"""The values that travel through the house. All are frozen; times are aware and in UTC; unknown is None.

As JSON (`encode`), times are RFC 3339 with `Z`, and a post has the same field names everywhere: in the store, in the
API, in `monitor posts --json` and `monitor parse`.

post    what was said
source  who said it, what one poll of it gives, and how it is
alert   what matters, why, and how it fares on its way to people
gone    what is no longer where it was said
incident  what alerts are about together, who has it in hand, what is silenced, who did what
value   what all of them have in common
"""

from monitor.model.alert import (
    SEVERITIES,
    Alert,
    Change,
    ChannelState,
    Delivery,
    Entry,
    Gather,
    Guard,
    Joined,
    Marked,
    Match,
    Mention,
    Part,
    Severity,
    Verdict,
    alert_id,
    delivery_id,
)
from monitor.model.gone import Deletion, Suspect
from monitor.model.incident import Acknowledgement, Action, Incident, Silence, Spot, Thread
from monitor.model.post import Like, Likeness, Media, MediaType, Place, Post, Repeat, SameAs, Translation
from monitor.model.source import Batch, Bookmark, Health, Hints, Origin, PollRecord, Reading, SourceState, Spend
from monitor.model.value import Value, changed, decode, digest, encode, plain, post_key, shaped, short_key, spare

__all__ = [
    "SEVERITIES",
    "Acknowledgement",
    "Action",
    "Alert",
    "Batch",
    "Bookmark",
    "Change",
    "ChannelState",
    "Deletion",
    "Delivery",
    "Entry",
    "Gather",
    "Guard",
    "Health",
    "Hints",
    "Incident",
    "Joined",
    "Like",
    "Likeness",
    "Marked",
    "Match",
    "Media",
    "MediaType",
    "Mention",
    "Origin",
    "Part",
    "Place",
    "PollRecord",
    "Post",
    "Reading",
    "Repeat",
    "SameAs",
    "Severity",
    "Silence",
    "SourceState",
    "Spend",
    "Spot",
    "Suspect",
    "Thread",
    "Translation",
    "Value",
    "Verdict",
    "alert_id",
    "changed",
    "decode",
    "delivery_id",
    "digest",
    "encode",
    "plain",
    "post_key",
    "shaped",
    "short_key",
    "spare",
]
