"""The polite client: the only folder that knows httpx. Where it may connect is decided below it, in `guard`.

answer      what an answer says: pure
freshness   for how long an answer is fresh: pure
walls       whether a bot check or a log-in page answered instead: pure
address     what a web address is, and where a redirect may lead: pure
connection  one request over a connection of its own, with httpx's errors translated
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
