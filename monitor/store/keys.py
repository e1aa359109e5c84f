"""Every key in one drawer.

All keys of one atomic step carry the same hash tag, the shard (`{00}`), so a cluster keeps them in one slot. Foreign
ids never stand in a key: they are hashed first (`model.post_key`).
"""

from __future__ import annotations

_SHARD = "m:{00}:"

POSTS = f"{_SHARD}posts"  # stream: key, revision, silent, copy_of, gather, held; the order of arrival
ALERTS = f"{_SHARD}alerts"  # stream: id; the order of raising
DUE = f"{_SHARD}due"  # sorted set: source id by the time of its next poll, ms
CHANNELS = f"{_SHARD}channels"  # set: every channel that ever got a delivery
CLAIMED = f"{_SHARD}claimed"  # hash: source id -> who polls it just now
PACES = f"{_SHARD}paces"  # hash: source id -> the pace by which its place was given, in words
INCIDENTS = f"{_SHARD}incidents"  # sorted set: incident id by its newest alert, ms
INCIDENTS_VERSION = f"{_SHARD}incidents-version"  # string: how often incidents were changed
ESCALATIONS = f"{_SHARD}escalations"  # sorted set: `incident route step` by when it is to be called, ms
LOOKS = f"{_SHARD}looks"  # sorted set: key of a post that may be gone, by when it is looked at, ms
WATCHED = f"{_SHARD}watched"  # sorted set: key of a post that alerted, by when it is looked whether it is there, ms
DELETIONS = f"{_SHARD}deletions"  # sorted set: key of a post by when it was found deleted or restored, ms; capped
MARKED = f"{_SHARD}marked"  # stream: key of a post; each deletion and restoration, in order; capped
SILENCES = f"{_SHARD}silences"  # hash: id -> silence
AUDIT = f"{_SHARD}audit"  # stream: action; who did what, in order
COMPARED = f"{_SHARD}compared"  # string: how many versions of posts were ever compared with what was said before
HEARTBEATS = f"{_SHARD}heartbeats"  # hash: part -> last sign of life, ms

JUDGE = "judge"  # consumer group on POSTS
COURIER = "courier"  # consumer group on every outbox


def source(source_id: str) -> str:
    """Hash: bookmark, how the source is, its habit, what it showed; when its first poll was admitted, what is open."""
    return f"{_SHARD}source:{source_id}"


def polls(source_id: str) -> str:
    """List: how the source's last polls went, the newest first; capped."""
    return f"{_SHARD}polls:{source_id}"


def seen(source_id: str) -> str:
    """Sorted set: digests of the posts that were shown last, by when, ms. Capped by number, never by age."""
    return f"{_SHARD}seen:{source_id}"


def post(key: str) -> str:
    """Hash: revision, hash, first, place:<short key>, deletion; of each version its record:<n>, verdict:<n> and so on.

    Of one with versions: base, idle, returns, row; see ADMIT and RAISE.
    """
    return f"{_SHARD}post:{key}"


def gone(source_id: str) -> str:
    """Hash with expiry: post -> suspect: what is known of posts that may have been deleted, and of those that were."""
    return f"{_SHARD}gone:{source_id}"


def words(fingerprint: str) -> str:
    """String with expiry: who first used these very words: key, source, published ms, seen ms; `others` after it."""
    return f"{_SHARD}words:{fingerprint}"


def mark(digest: str) -> str:
    """List with expiry: versions of posts by one party that begin alike, key and revision, as they were judged."""
    return f"{_SHARD}mark:{digest}"


def drawer(name: str) -> str:
    """String with expiry, for `generation:drawer`: versions under bands that fall into it, 6 bytes each: see COPIES."""
    return f"{_SHARD}drawer:{name}"


def compared(hundred: str) -> str:
    """Hash with expiry, for `generation:hundred`: the numbers under which versions stand in bands -> key, revision."""
    return f"{COMPARED}:{hundred}"


def alert(alert_id: str) -> str:
    """String: the alert, packed; of one on a post, what that does not say: see `told`."""
    return f"{_SHARD}alert:{alert_id}"


def counted(group: str) -> str:
    """Sorted set with expiry: posts counted in one group of a window, and as what, by when they were seen, ms."""
    return f"{_SHARD}counted:{group}"


def rung(group: str) -> str:
    """Hash with expiry: when a group's window was full, ms -> its alert, "" until raised; open: it is."""
    return f"{_SHARD}rung:{group}"


def usual(group: str) -> str:
    """Hash with expiry: hour since 1970 -> how many posts counted in it; since, ms: when the window began to count."""
    return f"{_SHARD}usual:{group}"


def incident(incident_id: str) -> str:
    """String with expiry: the incident, but for who has it in hand."""
    return f"{_SHARD}incident:{incident_id}"


def acknowledged(incident_id: str) -> str:
    """String with expiry: who has the incident in hand."""
    return f"{_SHARD}acknowledged:{incident_id}"


def joined(post_key: str) -> str:
    """Hash with expiry: alert id -> the incident that this version of the post joined."""
    return f"{_SHARD}joined:{post_key}"


def delivery(delivery_id: str) -> str:
    """Hash: alert, channel, state, attempts, queued, due, arrived, error, receipt, left, lost, streak, dead_entry.

    Where it waits although the channel takes alerts: held, until, bundle. Where it goes with others: lead; or members,
    gathered, why. While a send may have arrived that nobody knows the end of: begun, how many such sends.
    """
    return f"{_SHARD}delivery:{delivery_id}"


def outbox(channel: str) -> str:
    """Stream: delivery ids that were never tried."""
    return f"{_SHARD}outbox:{channel}"


def again(channel: str) -> str:
    """Stream: delivery ids to send again now, ahead of the outbox."""
    return f"{_SHARD}again:{channel}"


def later(channel: str) -> str:
    """Sorted set: delivery ids to send again later, by when, ms."""
    return f"{_SHARD}later:{channel}"


def dead(channel: str) -> str:
    """Stream: delivery ids given up; kept, shown, can be sent again."""
    return f"{_SHARD}dead:{channel}"


def arrived(channel: str) -> str:
    """Stream: the newest delivery ids that arrived, capped."""
    return f"{_SHARD}arrived:{channel}"


def silenced(channel: str) -> str:
    """Stream: the newest delivery ids that were silenced, capped."""
    return f"{_SHARD}silenced:{channel}"


def sent(channel: str) -> str:
    """Sorted set: the newest messages by when they arrived, ms; capped."""
    return f"{_SHARD}sent:{channel}"


def bundle(name: str) -> str:
    """Sorted set, for `channel:bundle`: held delivery ids that go in one message, by when they were queued, ms."""
    return f"{_SHARD}bundle:{name}"


def thread(name: str) -> str:
    """Hash with expiry, for `channel:incident`, what it was told of it: root, receipt, opened, last, messages."""
    return f"{_SHARD}thread:{name}"


def rest(channel: str) -> str:
    """String with expiry: until then nothing is sent to the channel, whoever asks."""
    return f"{_SHARD}rest:{channel}"


def turn(channel: str) -> str:
    """String with expiry: who sent last, for as long as the channel pauses between two sends."""
    return f"{_SHARD}turn:{channel}"


def alive(consumer: str) -> str:
    """String with expiry: a consumer's sign of life. Whoever has none has died, and others inherit its work."""
    return f"{_SHARD}alive:{consumer}"


def left(consumer: str) -> str:
    """String with expiry: a consumer's goodbye. What it has not finished others take over at once."""
    return f"{_SHARD}left:{consumer}"


def channel(channel_id: str) -> str:
    """Hash: arrived, last_arrived, failures, error; down: how many different deliveries failed since; woken."""
    return f"{_SHARD}channel:{channel_id}"
