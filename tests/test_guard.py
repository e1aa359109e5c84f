from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.errors import Refused, Unreachable
from monitor.guard import AllowPrivate, Resolver, allowed, check, in_order, nature


def networks(*texts: str) -> AllowPrivate:
    return tuple(ip_network(text) for text in texts)


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.0.1"])
def test_public_ipv4_is_public(text: str) -> None:
    assert nature(ip_address(text)) is None


@pytest.mark.parametrize("text", ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001:830::200e"])
def test_public_ipv6_is_public(text: str) -> None:
    assert nature(ip_address(text)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("10.0.0.1", "private"),
        ("100.64.0.1", "shared by a carrier"),
        ("100.100.100.200", "shared by a carrier"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("168.63.129.16", "a cloud's own"),
        ("169.254.169.254", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "reserved"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4 relay"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "benchmarks"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "IPv4 within IPv6"),
        ("::8.8.8.8", "IPv4 within IPv6"),
        ("::ffff:127.0.0.1", "IPv4 within IPv6"),
        ("::ffff:8.8.8.8", "IPv4 within IPv6"),
        ("::ffff:0:127.0.0.1", "reserved"),
        ("64:ff9b::127.0.0.1", "NAT64"),
        ("64:ff9b::8.8.8.8", "NAT64"),
        ("64:ff9b:1::1", "NAT64"),
        ("100::1", "reserved"),
        ("2001::1", "Teredo"),
        ("2001:10::1", "reserved"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::", "6to4"),
        ("3fff::1", "documentation"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
    ],
)
def test_everything_else_is_not(text: str, words: str) -> None:
    assert nature(ip_address(text)) == words


def test_an_address_is_allowed_by_itself_or_by_its_network() -> None:
    address = ip_address("10.1.2.3")
    assert allowed(address, networks("10.1.2.3"))
    assert allowed(address, networks("192.168.0.0/16", "10.0.0.0/8"))
    assert not allowed(address, networks("10.1.2.4", "10.2.0.0/16", "::/0"))
    assert not allowed(address, ())


@pytest.mark.parametrize("text", ["169.254.169.254", "168.63.129.16", "100.100.100.200"])
def test_metadata_is_allowed_only_by_its_own_address(text: str) -> None:
    assert not allowed(ip_address(text), networks("0.0.0.0/0"))
    assert allowed(ip_address(text), networks(text))


def test_a_refusal_names_host_address_and_remedy() -> None:
    with pytest.raises(Refused) as refused:
        check("intranet.example", 80, [ip_address("10.1.2.3")])
    assert str(refused.value) == (
        "intranet.example leads to 10.1.2.3 (private), and only public addresses are connected to; "
        "`allow_private: [10.1.2.3]` would allow it"
    )


def test_one_bad_address_refuses_all_and_only_the_bad_one_is_named() -> None:
    mixed = [ip_address("8.8.8.8"), ip_address("::1"), ip_address("192.168.0.9")]
    with pytest.raises(Refused, match=r"`allow_private: \[::1, 192\.168\.0\.9\]`"):
        check("mixed.example", 443, mixed)
    with pytest.raises(Refused, match=r"`allow_private: \[::1\]`"):
        check("mixed.example", 443, mixed, allow_private=networks("192.168.0.0/24"))
    check("mixed.example", 443, mixed, allow_private=networks("192.168.0.0/24", "::1"))


@pytest.mark.parametrize("port", [80, 443])
def test_the_usual_ports_are_open(port: int) -> None:
    check("public.example", port, [ip_address("8.8.8.8")])


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8080, 65535])
def test_other_ports_are_refused_unless_the_address_is_named(port: int) -> None:
    public = [ip_address("8.8.8.8")]
    with pytest.raises(
        Refused, match=rf"at port {port}, and only 80 and 443 are used; `allow_private: \[8\.8\.8\.8\]`"
    ):
        check("public.example", port, public)
    check("public.example", port, public, allow_private=networks("8.8.8.8"))


def test_another_trade_has_other_ports() -> None:
    check("mail.example", 587, [ip_address("8.8.8.8")], ports=frozenset({25, 465, 587}))
    with pytest.raises(Refused, match="only 25 and 587 are used"):
        check("mail.example", 443, [ip_address("8.8.8.8")], ports=frozenset({25, 587}))


def test_families_take_turns_and_repeats_go() -> None:
    texts = ["2a00::1", "2a00::2", "2a00::1", "8.8.8.8", "2a00::3", "8.8.4.4"]
    expected = ["2a00::1", "8.8.8.8", "2a00::2", "8.8.4.4", "2a00::3"]
    assert [str(address) for address in in_order(map(ip_address, texts))] == expected


def test_networks_are_read_from_configuration_with_host_bits() -> None:
    adapter = TypeAdapter(AllowPrivate)
    assert adapter.validate_python(["10.1.2.3/16", "::1"]) == networks("10.1.0.0/16", "::1")
    with pytest.raises(ValidationError, match="'localhost' is no address or network"):
        adapter.validate_python(["localhost"])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "::1"])
async def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Refused, match=r"loopback|unspecified"):
        await Resolver().reach(host, 80)


async def test_what_is_reached_was_looked_up_once() -> None:
    asked: list[str] = []

    def lookup(host: str) -> Iterable[str]:
        asked.append(host)
        return ["8.8.8.8", "2a00::1"]

    found = await Resolver(lookup=lookup).reach("public.example", 443)
    assert [str(address) for address in found] == ["8.8.8.8", "2a00::1"]
    assert asked == ["public.example"]


async def test_a_written_address_needs_no_lookup_and_is_judged_all_the_same() -> None:
    asked: list[str] = []

    def lookup(host: str) -> Iterable[str]:
        asked.append(host)
        return ["8.8.8.8"]

    resolver = Resolver(lookup=lookup)
    assert [str(address) for address in await resolver.reach("8.8.4.4", 443)] == ["8.8.4.4"]
    assert [str(address) for address in await resolver.reach("2a00::1", 443)] == ["2a00::1"]
    for host in ("127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"):
        with pytest.raises(Refused):
            await resolver.reach(host, 443)
    with pytest.raises(Refused, match="port 8080"):
        await resolver.reach("8.8.4.4", 8080)
    assert asked == []
    assert await resolver.reach("2130706433", 443), "of any other form only the system knows where it leads"
    assert asked == ["2130706433"]


@pytest.mark.parametrize("host", ["no-such-name.invalid", "xn--", "a" * 70 + ".example", "", "nul\0.example"])
async def test_a_name_that_leads_nowhere_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable, match="cannot be found"):
        await Resolver(limit=20).reach(host, 80)


async def test_no_address_at_all_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"empty\.example cannot be found: no address"):
        await Resolver(lookup=lambda _: []).reach("empty.example", 80)


async def test_slow_names_are_given_up_share_a_thread_and_are_bounded() -> None:
    hang = threading.Event()
    asked: list[str] = []

    def lookup(host: str) -> Iterable[str]:
        asked.append(host)
        if host.startswith("slow"):
            hang.wait(30)
        return ["8.8.8.8"]

    resolver = Resolver(limit=0.05, threads=2, lookup=lookup)
    try:
        outcomes = await asyncio.gather(*(resolver.reach("slow1", 80) for _ in range(5)), return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["the name slow1 could not be looked up within 0.05 s"] * 5
        assert asked == ["slow1"]
        assert await resolver.reach("quick", 80)
        with pytest.raises(Unreachable, match="could not be looked up"):
            await resolver.reach("slow2", 80)
        with pytest.raises(Unreachable, match="2 other lookups hang already"):
            await resolver.reach("quick", 80)
    finally:
        hang.set()
    await asyncio.to_thread(join_lookups)
    assert await resolver.reach("quick", 80), "the threads came home, and their places are free again"


def join_lookups() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("lookup"):
            thread.join(10)
            assert not thread.is_alive()


def test_a_thread_that_outlives_its_loop_harms_nobody() -> None:
    hang = threading.Event()

    def lookup(_: str) -> Iterable[str]:
        hang.wait(30)
        return ["8.8.8.8"]

    with pytest.raises(Unreachable):
        asyncio.run(Resolver(limit=0.01, lookup=lookup).reach("slow", 80))
    hang.set()
    join_lookups()
