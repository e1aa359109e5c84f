"""The polite client: the only folder that knows httpx. Where it may connect is decided below it, in `guard`.

answer      what an answer says: pure
address     what a web address is, and where a redirect may lead: pure
connection  one request over a connection of its own, with httpx's errors translated
client      `Fetcher`: turns, deadline, redirects
"""

from monitor.fetch.address import HttpUrl
from monitor.fetch.answer import Answer, retry_after
from monitor.fetch.client import Fetcher
from monitor.guard import AllowPrivate, Network

__all__ = ["AllowPrivate", "Answer", "Fetcher", "HttpUrl", "Network", "retry_after"]
