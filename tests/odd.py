"""A kind of source that does to its process whatever the document says, and the child that knows it."""

from __future__ import annotations

URL = "https://ministry.example/feed"
FEED = b'<rss version="2.0"><channel><item><guid>1</guid><title>Calm</title></item></channel></rss>'


# A kind of source that does to its process whatever the document says.
ODD_KIND = """
import ctypes, json, os, signal, sys, time
from typing import Literal
from monitor.errors import Unreadable
from monitor.model import Post, Reading
from monitor.sources import SourceConfig

class Config(SourceConfig):
    kind: Literal["odd"] = "odd"

def read(body, headers, url, settings):
    word, began = body.decode(), time.process_time()
    if word == "sleep":
        time.sleep(60)
    if word == "grow":
        len(b"x" * (200 * 2**20))
    if word == "think":
        while time.process_time() - began < 0.5:
            pass
    if word == "spin":
        while True:
            pass
    if word == "eat":
        return len([bytes(2**20) for _ in range(10_000)])
    if word == "crash":
        ctypes.string_at(0)
    if word == "leave":
        os._exit(3)
    if word == "refuse":
        raise Unreadable("this is no document of ours")
    if word == "fail":
        raise ZeroDivisionError("a surprise")
    if word == "chat":
        print("words on stdout")
        os.write(1, b"more of them")
    secret = os.environ.get("SLACK_TOKEN")
    said = {"pid": os.getpid(), "secret": secret, "headers": dict(headers), "url": url, "id": settings.id}
    return Reading(posts=(Post(key="k", source=settings.id, kind="odd", native_id="1", text=json.dumps(said)),))
"""
START = """
import sys
from monitor import sources
sources.__path__.append(sys.argv.pop(1))
from monitor.workers import child
child.main(int(sys.argv[1]), float(sys.argv[2]))
"""
ODD = '{"id": "o", "kind": "odd", "url": "https://ministry.example/"}'
