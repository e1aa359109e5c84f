"""Other programs that read feeds, put to the same work on the same server: what there is to be beaten.

Each file is one peer. It installs itself into a folder of the benchmark's own and leaves the system as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from benchmarks.peers import newsboat, reader, rss2email, sfeed
from benchmarks.peers.installing import NotToBeHad
from benchmarks.programs import Program

PEERS: Mapping[str, Callable[[], Program]] = {
    "reader": reader.Reader,
    "newsboat": newsboat.Newsboat,
    "sfeed": sfeed.Sfeed,
    "sfeed-etag": sfeed.SfeedWithETag,
    "rss2email": rss2email.Rss2email,
}


def installed(names: Iterable[str]) -> tuple[list[Program], dict[str, str]]:
    """Install these peers; return them, and why the others are not to be had."""
    found, missing = [], {}
    for name in names:
        try:
            found.append(PEERS[name]())
        except NotToBeHad as why:
            missing[name] = f"skipped: {why}"
    return found, missing
