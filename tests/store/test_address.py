from __future__ import annotations

import pytest

from monitor.store import address, line


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://u:hunter2@h:7/1?client_name=hunter2", "redis://h:7/1"),
        ("rediss://:hunter2@h", "rediss://h"),
        ("unix://:hunter2@/run/valkey.sock?db=1", "unix:///run/valkey.sock"),
        ("redis+sentinel://u:hunter2@a:1,b/main?sentinel_password=hunter2", "redis+sentinel://a:1,b:26379/main"),
        ("rediss+sentinel://[::1]:1,b:2/main/3", "rediss+sentinel://[::1]:1,b:2/main"),
        ("redis+cluster://:hunter2@a,b:7000", "redis+cluster://a:6379,b:7000"),
        ("redis+cluster://:hunter2@a?shard=07&client_name=hunter2", "redis+cluster://a:6379?shard=07"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, place: str) -> None:
    assert address.read(url).place == place


def test_every_server_behind_sentinels_gets_the_login_the_database_and_the_options() -> None:
    one = address.read(
        "rediss+sentinel://u:p%40ss@a,b/main/3?ssl_ca_certs=/ca.pem&sentinel_username=s&sentinel_password=s%2Fs"
    )

    assert (one.way, one.master, one.hosts) == ("sentinel", "main", (("a", 26379), ("b", 26379)))
    assert one.server(("10.0.0.1", 6379)) == "rediss://u:p%40ss@10.0.0.1:6379/3?ssl_ca_certs=%2Fca.pem"
    assert one.sentinel(("::1", 26379)) == "rediss://s:s%2Fs@[::1]:26379?ssl_ca_certs=%2Fca.pem"


def test_the_shard_is_of_a_cluster_alone_and_no_option_of_its_servers() -> None:
    one = address.read("redis+cluster://a,b?shard=07&client_name=x")

    assert (one.shard, one.server(("a", 1))) == ("07", "redis://a:1/0?client_name=x")
    assert address.read("redis+cluster://a").shard == "00"
    for other in ("redis://a?shard=07", "redis+sentinel://a/main?shard=07"):  # they have databases
        there = address.read(other)
        with pytest.raises(ValueError, match="does not know an option"):
            line.check_options(there.url or there.server(there.hosts[0]))


def test_a_sentinel_without_a_login_of_its_own_gets_none_of_the_servers() -> None:
    one = address.read("redis+sentinel://u:hunter2@a/main?db=2&client_name=x")

    assert one.sentinel(("a", 1)) == "redis://a:1"
    assert one.server(("a", 1)) == "redis://u:hunter2@a:1/0?db=2&client_name=x"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory", "this is no store"),
        ("http://u:hunter2@h", "this is no store"),
        ("redis+ring://u:hunter2@h", "this is no store"),
        ("redis://u:hunter2@h:abc", "no address of a store"),
        ("redis://h:0", "no address of a store"),
        ("unix://", "no address of a store"),
        ("redis+sentinel://u:hunter2@/main", "no address of a store"),
        ("redis+sentinel://u:hun@ter2@h/main", "no address of a store"),
        ("redis+sentinel://u:hunter2@h", "the name they know the master by"),
        ("redis+sentinel://u:hunter2@h/my master", "the name they know the master by"),
        ("redis+sentinel://u:hunter2@h/main/hunter2", "the number of a database"),
        ("redis+sentinel://u:hunter2@a:1,b:hunter2/main", "one of the hosts"),
        ("redis+sentinel://u:hunter2@a:1,,b:2/main", "one of the hosts"),
        ("redis+cluster://u:hunter2@a:99999", "one of the hosts"),
        ("redis+cluster://u:hunter2@a:1/3", "no numbered databases"),
        ("redis+cluster://u:hunter2@a:1?shard=7", "has two digits"),
        ("redis+cluster://u:hunter2@a:1?shard=", "has two digits"),
        ("redis+cluster://u:hunter2@a:1?shard=07&shard=08", "has two digits"),
    ],
)
def test_a_wrong_address_is_told_without_showing_it(url: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        address.read(url)

    assert "hun" not in str(caught.value)
