"""What the daemon says of itself: its API, read as any other program would read it."""

from __future__ import annotations

from ipaddress import ip_network

from monitor.fetch import Fetcher
from monitor.model import Alert, Delivery, Entry, Repeat, Value, decode
from monitor.model.value import T

_HERE = (ip_network("127.0.0.1"),)
_MOST = 200  # far more than the day has


class _Posts(Value, frozen=True, kw_only=True):
    entries: list[Entry]


class _Alerts(Value, frozen=True, kw_only=True):
    alerts: list[Alert]


class _Deliveries(Value, frozen=True, kw_only=True):
    deliveries: list[Delivery]


class _Post(Value, frozen=True, kw_only=True):
    versions: list[Entry]


class Pages:
    """The API of the daemon on `port`. Everything raises what `Fetcher.get` raises."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/api"
        self._fetch = Fetcher(user_agent="monitor-demo")

    async def aclose(self) -> None:
        await self._fetch.aclose()

    async def posts(self) -> list[Entry]:
        return (await self._read(f"/posts?count={_MOST}", _Posts)).entries

    async def alerts(self) -> list[Alert]:
        return (await self._read(f"/alerts?count={_MOST}", _Alerts)).alerts

    async def deliveries(self) -> list[Delivery]:
        """Return what has arrived; that of a gathered alert names the `lead` in whose message it came."""
        return (await self._read(f"/deliveries?state=arrived&count={_MOST}", _Deliveries)).deliveries

    async def repeats(self, key: str) -> tuple[Repeat, ...]:
        """Return the further addresses under which a post's words appeared."""
        versions = (await self._read(f"/posts/{key}", _Post)).versions
        return versions[0].repeats

    async def _read(self, path: str, kind: type[T]) -> T:
        answer = await self._fetch.get(self._base + path, allow_private=_HERE)
        return decode(answer.body, kind)
