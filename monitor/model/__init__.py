"""The values that travel through the house. All are frozen; times are aware and in UTC; unknown is None.

As JSON (`encode`), times are RFC 3339 with `Z`, and a post has the same field names everywhere: in the store, in the
API, in `monitor posts --json` and `monitor parse`.

post    what was said
source  who said it, what one poll of it gives, and how it is
alert   what matters, why, and how it fares on its way to people
value   what all of them have in common
"""

from monitor.model.alert import (
    SEVERITIES,
    Alert,
    ChannelState,
    Delivery,
    Entry,
    Guard,
    Match,
    Mention,
    Severity,
    Verdict,
    alert_id,
    delivery_id,
)
from monitor.model.post import Media, MediaType, Post, Repeat
from monitor.model.source import Batch, Bookmark, Health, Hints, Origin, PollRecord, Reading, SourceState
from monitor.model.value import Value, changed, decode, digest, encode, plain, post_key, shaped

__all__ = [
    "SEVERITIES",
    "Alert",
    "Batch",
    "Bookmark",
    "ChannelState",
    "Delivery",
    "Entry",
    "Guard",
    "Health",
    "Hints",
    "Match",
    "Media",
    "MediaType",
    "Mention",
    "Origin",
    "PollRecord",
    "Post",
    "Reading",
    "Repeat",
    "Severity",
    "SourceState",
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
]
