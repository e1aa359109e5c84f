"""The polite client: httpx's messages over connections of our own. Where it may connect is decided in `guard`.

answer      what an answer says: pure
freshness   for how long an answer is fresh: pure
walls       whether a bot check or a log-in page answered instead: pure
address     what a web address is, and where a redirect may lead: pure
connection  one HTTP/1.1 connection to a checked address, by h11, with all errors translated
pool        connections that have answered, kept for a few seconds
robots      what a host's robots.txt asks of us: the only file that knows protego
turns       whose turn it is at a host, and when it rests
client      `Fetcher`: turns, deadline, redirects
"""

from monitor.fetch.address import HttpUrl, named
from monitor.fetch.answer import Answer, retry_after
from monitor.fetch.client import Fetcher
from monitor.fetch.freshness import lifetime
from monitor.guard import AllowPrivate, Network

__all__ = ["AllowPrivate", "Answer", "Fetcher", "HttpUrl", "Network", "lifetime", "named", "retry_after"]
