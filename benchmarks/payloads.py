"""`python -m benchmarks.payloads [FOLDER…]`: what each kind of source makes of real answers, field by field.

A folder holds one folder for each platform: answers as they came, and `expected.jsonl`, a line for each record of an
answer: `file`, `n` (its place), `kind` (`post`; no other is measured), `id`, `author`, `time`, `text_start` of what is
read first (the title, or else the text), `body_start` of the text below a title, `permalink`, `n_media`, `media`,
`is_repost`. Where there are other right values, `<field>_also` and the names in `_AS_GOOD` hold them; a record with
`also_ok` may be left out if a warning says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pydantic import ValidationError

from benchmarks.statements import ROOT, Unusable
from monitor import kinds
from monitor.model import Post, Reading

# The kinds that have another name than their platform, and addresses for those that want one of their own form.
_KINDS = {"feeds": "rss", "jsonfeed": "rss", "websub": "rss", "telegram-preview": "telegram"}
_ADDRESSES = {
    "bluesky": "https://bsky.app/profile/ministry.example",
    "govuk": "https://www.gov.uk/government/organisations/ministry-of-defence",
    "mastodon": "https://social.example/@ministry",
    "telegram": "https://t.me/s/ministry",
    "vk": "https://vk.com/ministry",
    "x": "https://x.com/ministry",
    "youtube": "https://www.youtube.com/feeds/videos.xml?channel_id=UC",
}
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json"}
_AS_GOOD = {"author": "author_name", "permalink": "permalink_alt", "time": "time_from_id"}
_MEDIA = {"photo": "image", "gif": "video", "animated_gif": "video", "file": "document"}  # in others' words
_SHOWN = 60  # characters of a value in the list

Expected = Mapping[str, Any]


class Difference(NamedTuple):
    """Where a kind and the right answer part. `n`: the record's place in the file."""

    file: str
    n: int | str
    field: str
    expected: object
    got: object


class Measured(NamedTuple):
    """What a kind made of one platform's answers; `kind` is None where there is none.

    right   posts by field; `posts`: how many there are to get right; `extra`: those nobody expected
    others  expected records that are no posts and were not measured, by their kind
    """

    platform: str
    kind: str | None
    posts: int
    right: Counter[str]
    extra: int
    others: Counter[str]
    differences: Sequence[Difference]


def folders() -> list[Path]:
    """Return every `data/payloads` beside this checkout: sets that may be read but not copied into it."""
    return sorted(ROOT.parent.glob("*/data/payloads"))


def measure(folder: Path) -> list[Measured]:
    """Return what every platform's kind makes of its answers, in alphabetical order. Raises Unusable."""
    platforms = sorted(path.parent for path in folder.glob("*/expected.jsonl"))
    if not platforms:
        raise Unusable(f"{folder}: no platform's folder with an expected.jsonl in it")
    return [_measured(platform) for platform in platforms]


def _measured(platform: Path) -> Measured:
    kind = _KINDS.get(platform.name, platform.name)
    known = kind in kinds.names("sources")
    records = _records(platform / "expected.jsonl")
    wanted = [record for record in records if record["kind"] == "post"]
    others = Counter(record["kind"] for record in records if record["kind"] != "post")
    right: Counter[str] = Counter()
    differences: list[Difference] = []
    extra = 0
    for name, group in groupby(sorted(wanted, key=lambda one: one["file"]) if known else (), lambda one: one["file"]):
        url = _ADDRESSES.get(kind, "https://ministry.example/")
        reading = _read(kind, platform / name, url)
        pairs, strangers = paired(list(group), list(reading.posts) if isinstance(reading, Reading) else [])
        extra += len(strangers)
        differences += [Difference(name, "-", "extra", None, post.native_id) for post in strangers]
        for expected, post in pairs:
            found = list(_compared(expected, post, reading, url))
            right.update(one.field for one in found if one.expected == one.got)
            differences += [one for one in found if one.expected != one.got]
    return Measured(platform.name, kind if known else None, len(wanted), right, extra, others, differences)


def _read(kind: str, path: Path, url: str) -> Reading | str:
    """Return what a kind reads in a file, or why it does not."""
    module = kinds.load("sources", kind)
    try:
        settings = module.Config.model_validate({"id": "payloads", "kind": kind, "url": url})
    except ValidationError as error:
        return f"the kind does not take {url} for an address ({error.error_count()} mistakes)"
    headers = {"content-type": _TYPES[path.suffix]} if path.suffix in _TYPES else {}
    try:
        reading: Reading = module.read(path.read_bytes(), headers, url, settings)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # noqa: BLE001  # a mistake in one kind is what is measured here, too
        return f"{type(error).__name__}: {error}"
    return reading


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} is not one JSON object in each line: {error}") from error
    if faulty := [n for n, one in enumerate(records, start=1) if not {"file", "kind"} <= set(one)]:
        raise Unusable(f"{path}: line {faulty[0]} is without a file or a kind")
    return records


# --- which post is which ----------------------------------------------------------------------------------------------

_SIGNS: Sequence[Callable[[Expected, Post], bool]] = (
    lambda one, post: post.native_id == one.get("id") and bool(post.repost_of) == bool(one.get("is_repost")),
    lambda one, post: post.native_id == one.get("id"),
    lambda one, post: bool(one.get("is_repost")) and post.repost_of in _reposted(one),
    lambda one, post: post.permalink is not None and post.permalink in _allowed(one, "permalink"),
)


def paired(wanted: Sequence[Expected], posts: list[Post]) -> tuple[list[tuple[Expected, Post | None]], list[Post]]:
    """Return each expected record with its post, or None, and the posts that are left.

    The same id tells, else what it passes on, else the link; if as many are left on both sides, their order.
    """
    found: dict[int, Post] = {}
    for sign in _SIGNS:
        for n, one in enumerate(wanted):
            its = next((post for post in posts if sign(one, post)), None) if n not in found else None
            if its:
                found[n] = its
                posts = [post for post in posts if post is not its]
    missing = [n for n in range(len(wanted)) if n not in found]
    if len(missing) == len(posts):
        found |= dict(zip(missing, posts, strict=True))
        posts = []
    return [(one, found.get(n)) for n, one in enumerate(wanted)], posts


def _reposted(one: Expected) -> set[object]:
    original = one.get("repost_of")
    named = original.get("id") if isinstance(original, Mapping) else original
    return {named, one.get("id"), *_allowed(one, "permalink")} - {None}


def _allowed(one: Expected, field: str) -> list[Any]:
    also = _AS_GOOD.get(field, "")
    more = one.get(f"{field.removesuffix('_start')}_also", ())
    return [one.get(field), *more, *([one[also]] if also in one else ())]


def _compared(one: Expected, post: Post | None, reading: Reading | str, url: str) -> Iterator[Difference]:
    """Give every field's expected and actual value, which are equal where the actual one is right."""
    refused = "also_ok" in one and isinstance(reading, Reading) and bool(reading.warnings)
    for field, check in _CHECKS.items():
        if post is None:
            got: object = reading if isinstance(reading, str) else "no such post"
            expected, right = one.get(field, one.get("id")), refused
        else:
            right, expected, got = check(one, post, url)
        yield Difference(one["file"], one.get("n", "-"), field, expected, expected if right else got)


Checked = tuple[bool, object, object]  # whether it is right, what was expected, what came


def _id(one: Expected, post: Post, _: str) -> Checked:
    passed_on = bool(one.get("is_repost")) and post.repost_of in _reposted(one)  # its own id must then be another
    return passed_on or post.native_id in _allowed(one, "id"), one.get("id"), post.native_id


def _author(one: Expected, post: Post, _: str) -> Checked:
    return post.author in _allowed(one, "author"), one.get("author"), post.author


def _time(one: Expected, post: Post, _: str) -> Checked:
    """What the author claims is as good as when it was published, which are two times on some platforms."""
    right = {datetime.fromisoformat(when).astimezone(UTC) if when else None for when in _allowed(one, "time")}
    got = post.published or post.created
    return bool({post.published, got, post.created or got} & right), one.get("time"), got and got.isoformat()


def _text(one: Expected, post: Post, _: str) -> Checked:
    first, title = _squeezed(post.title) or _squeezed(post.text), _squeezed(post.title)
    for names, got in ((_allowed(one, "text_start"), first), (_allowed(one, "body_start"), _squeezed(post.text))):
        starts = [_squeezed(start) for start in names if start is not None]
        if starts and not any(got.startswith(start) and bool(got) == bool(start) for start in starts):
            return False, starts[0], got
    return True, one.get("text_start"), title


def _permalink(one: Expected, post: Post, url: str) -> Checked:
    right = [place and urljoin(url, place) for place in _allowed(one, "permalink")]
    return post.permalink in right, right[0], post.permalink


def _media(one: Expected, post: Post, _: str) -> Checked:
    got = [medium.type for medium in post.media]
    listed = [medium if isinstance(medium, Mapping) else {"type": medium} for medium in one.get("media", ())]
    right = len(got) in _allowed(one, "n_media")
    if len(listed) == len(got):
        types = zip([_kind_of(medium) for medium in listed], got, strict=True)
        alts = zip(listed, post.media, strict=True)
        right &= all(theirs in (None, ours) for theirs, ours in types)
        right &= all(theirs["alt"] == ours.alt for theirs, ours in alts if theirs.get("alt"))
    return right, one.get("media", one.get("n_media")), got


def _kind_of(medium: Mapping[str, Any]) -> str | None:
    written: str | None = medium.get("type")
    return _MEDIA.get(written, written) if written else None


def _repost(one: Expected, post: Post, _: str) -> Checked:
    return one.get("is_repost") in (None, bool(post.repost_of)), one.get("is_repost"), post.repost_of


_CHECKS: Mapping[str, Callable[[Expected, Post, str], Checked]] = {
    "id": _id,
    "author": _author,
    "time": _time,
    "text": _text,
    "permalink": _permalink,
    "media": _media,
    "repost": _repost,
}


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def page(measured: Iterable[Measured]) -> Iterator[str]:
    """Yield the lines of a table, and of a list of what differs."""
    measured = list(measured)
    yield f"| platform | kind | posts | {' | '.join(_CHECKS)} | extra |"
    yield f"|---|---|---:|{'---:|' * len(_CHECKS)}---:|"
    for one in measured:
        cells = [f"{one.right[field]}/{one.posts}" if one.kind else "" for field in _CHECKS]
        yield f"| {one.platform} | {one.kind or 'none yet'} | {one.posts} | {' | '.join(cells)} | {one.extra} |"
    posts = sum(one.posts for one in measured if one.kind)
    wrong = {(one.platform, each.file, each.n) for one in measured for each in one.differences if each.field != "extra"}
    yield f"\n{posts - len(wrong)} of {posts} posts are right in every field."
    others = [f"{many} {kind} of {one.platform}" for one in measured for kind, many in sorted(one.others.items())]
    yield f"\nNo posts, and not measured: {', '.join(others)}." if others else ""
    differing = [(one.platform, difference) for one in measured for difference in one.differences]
    yield f"\n{len(differing)} differences" + (":" if differing else ".")
    for platform, (file, n, field, expected, got) in differing:
        yield f"  {platform}/{file} {n} {field}: expected {_short(expected)}, got {_short(got)}"


def _short(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.payloads", description="Read real answers; count what is right.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="one folder for each platform in it")
    asked = parser.parse_args(arguments).folders or folders()
    if not asked:
        print("No folder was named, and there is no data/payloads beside this checkout: nothing to measure.")
    for folder in asked:
        try:
            print(f"{folder}\n", *page(measure(folder)), sep="\n")
        except Unusable as why:
            print(why, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
