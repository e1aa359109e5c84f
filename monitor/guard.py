"""Where we may connect to: the public internet, and what the operator named in `allow_private`. Nowhere else.

A feed or a redirect can name any host, and a name can lead anywhere. So a name is looked up once, every address it
leads to is judged, and the caller connects to the addresses judged here, never to the name again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from monitor.errors import Refused, Unreachable


def _network(value: object) -> object:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError(f"{value!r} is no address or network; wanted is one like 127.0.0.1 or 10.1.0.0/16") from None


Address = IPv4Address | IPv6Address
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network), WithJsonSchema({"type": "string"})]
AllowPrivate = tuple[Network, ...]
Lookup = Callable[[str], Iterable[str]]

WEB_PORTS = frozenset({80, 443})

# IANA's registries of special-purpose addresses, and what `is_global` lets through or has only learnt lately.
_SPECIAL: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(network), nature)
    for network, nature in {
        "0.0.0.0/8": "unspecified",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared by a carrier",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "a cloud's own",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "reserved",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarks",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
        "::/128": "unspecified",
        "::1/128": "loopback",
        "::/96": "IPv4 within IPv6",
        "::ffff:0:0/96": "IPv4 within IPv6",
        "64:ff9b::/96": "NAT64",
        "64:ff9b:1::/48": "NAT64",
        "2001::/32": "Teredo",
        "2001::/23": "reserved",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
        "fc00::/7": "private",
        "fe80::/10": "link-local",
        "fec0::/10": "site-local",
        "ff00::/8": "multicast",
    }.items()
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all of IPv6 that is handed out to the public so far

# Here clouds give out credentials to whoever asks. A wide network in `allow_private` is not meant to include them.
_METADATA = frozenset(map(ip_address, ("169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254")))


@lru_cache(maxsize=4096)
def nature(address: Address) -> str | None:
    """Return in a few words why an address is not public, or None for a public one."""
    for network, words in _SPECIAL:
        if address in network:
            return words
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "reserved"
    return None if address.is_global and not address.is_multicast else "reserved"


def allowed(address: Address, allow_private: AllowPrivate) -> bool:
    """Tell whether the operator named this address: by a network around it, or alone if it is a metadata address."""
    return any(
        address in network and (address not in _METADATA or network.num_addresses == 1) for network in allow_private
    )


def check(
    host: str,
    port: int,
    addresses: Sequence[Address],
    *,
    allow_private: AllowPrivate = (),
    ports: frozenset[int] = WEB_PORTS,
) -> None:
    """Raise Refused unless each address is public and the port is one of `ports`, or the operator named the address.

    One bad address among good ones refuses them all: which of them answers would be the far side's choice.
    """
    unnamed = [address for address in addresses if not allowed(address, allow_private)]
    barred = [(address, words) for address in unnamed if (words := nature(address))]
    if barred:
        places = " and ".join(f"{address} ({words})" for address, words in barred[:4])
        raise Refused(
            f"{host} leads to {places}, and only public addresses are connected to; {_remedy(a for a, _ in barred)}"
        )
    if unnamed and port not in ports:
        usual = " and ".join(map(str, sorted(ports)))
        raise Refused(f"{host} is to be asked at port {port}, and only {usual} are used; {_remedy(unnamed)}")


def _remedy(addresses: Iterable[Address]) -> str:
    return f"`allow_private: [{', '.join(map(str, addresses))}]` would allow it"


def in_order(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Return the addresses without repeats, IPv6 and IPv4 by turns, so that one broken family costs one attempt."""
    ranks: Counter[int] = Counter()
    ranked: list[tuple[int, Address]] = []
    for address in dict.fromkeys(addresses):
        ranks[address.version] += 1
        ranked.append((ranks[address.version], address))
    return tuple(address for _, address in sorted(ranked, key=lambda pair: pair[0]))


def system_lookup(host: str) -> list[str]:
    """Ask the system's resolver. It also reads 2130706433 and 0x7f.1 as addresses; nobody else here tries to."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


@lru_cache(maxsize=4096)
def _written(host: str) -> tuple[Address, ...]:
    """Return the address that `host` is in its usual form, which no lookup could change; nothing for a name."""
    try:
        return (ip_address(host),)
    except ValueError:
        return ()


class Resolver:
    """Looks names up in threads of its own, so that slow DNS holds up nothing else.

    limit    seconds one lookup may take
    threads  lookups under way at most; each name has one, however many ask for it
    lookup   blocking: a name in, addresses out; raises OSError
    """

    def __init__(self, *, limit: float = 5.0, threads: int = 32, lookup: Lookup = system_lookup) -> None:
        self._limit = limit
        self._threads = threads
        self._lookup = lookup
        self._under_way: dict[str, asyncio.Future[tuple[Address, ...] | Exception]] = {}

    async def reach(
        self, host: str, port: int, *, allow_private: AllowPrivate = (), ports: frozenset[int] = WEB_PORTS
    ) -> tuple[Address, ...]:
        """Return the addresses to connect to, best first, all of them checked. Raises Refused or Unreachable."""
        found = _written(host) or await self._found(host)
        if isinstance(found, Exception) or not found:
            why = getattr(found, "strerror", None) or "no address"
            raise Unreachable(f"the name {host} cannot be found: {why}")
        check(host, port, found, allow_private=allow_private, ports=ports)
        return found

    async def _found(self, host: str) -> tuple[Address, ...] | Exception:
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.shield(self._under_way.get(host) or self._begin(host))
        except TimeoutError:
            raise Unreachable(f"the name {host} could not be looked up within {self._limit:g} s") from None

    def _begin(self, host: str) -> asyncio.Future[tuple[Address, ...] | Exception]:
        """Start a thread that cannot be stopped but need not be waited for: a daemon, one for each name."""
        if len(self._under_way) >= self._threads:
            raise Unreachable(f"the name {host} was not looked up: {self._threads} other lookups hang already")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[Address, ...] | Exception] = loop.create_future()

        def tell(outcome: tuple[Address, ...] | Exception) -> None:
            del self._under_way[host]
            answer.set_result(outcome)

        def look_up() -> None:
            outcome: tuple[Address, ...] | Exception
            try:
                outcome = in_order(ip_address(text) for text in self._lookup(host))
            except Exception as error:  # noqa: BLE001  # told to whoever waits, in the loop's own thread
                outcome = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(tell, outcome)

        Thread(target=look_up, name=f"lookup {host}", daemon=True).start()
        self._under_way[host] = answer
        return answer
