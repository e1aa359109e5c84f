from __future__ import annotations

import asyncio

import pytest

from monitor.errors import StoreUnavailable
from monitor.store.connection import Connection
from tests.servers import raw_server


async def test_after_readonly_new_connections_are_opened_for_the_name_may_have_a_new_server(server_url: str) -> None:
    connection = Connection(server_url)
    before = await connection.call("CLIENT", "ID")
    try:
        await connection.call("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(StoreUnavailable, match="read only"):
            await connection.call("SET", "m:{00}:a", 1)
    finally:
        await connection.call("REPLICAOF", "NO", "ONE")

    assert await connection.call("CLIENT", "ID") > before
    assert await connection.call("SET", "m:{00}:a", 1)
    await connection.close()


async def test_new_connections_cut_off_nobody_who_still_waits_for_an_answer(server_url: str) -> None:
    connection = Connection(server_url)
    other = Connection(server_url)
    waiting = asyncio.create_task(connection.block("BLPOP", "m:{00}:list", 5))
    while b"cmd=blpop" not in await other.call("CLIENT", "LIST"):
        pass

    with pytest.raises(StoreUnavailable):
        await connection.call("EVAL", "return redis.error_reply('READONLY for a test')", 0)
    await connection.call("PING")
    await other.call("RPUSH", "m:{00}:list", "word")

    assert list(await waiting) == [b"m:{00}:list", b"word"]
    assert (await other.call("CLIENT", "LIST")).count(b"name=monitor ") == 2  # the left line has closed
    await connection.close()
    await other.close()


@pytest.mark.parametrize("atomic", [True, False])
async def test_what_got_no_answer_is_not_sent_again(*, atomic: bool) -> None:
    taken: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if b"INCR" in data:
                taken.append(data)
                return
            writer.write(b"+OK\r\n" * data.count(b"\r\n*") + b"+OK\r\n")

    async with raw_server(hang_up) as server:
        connection = Connection(f"redis://:planted@{server.authority}/0")
        with pytest.raises(StoreUnavailable, match="does not answer") as caught:
            await connection.call("INCR", "m:{00}:n")
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await connection.together([("INCR", "m:{00}:n"), ("INCR", "m:{00}:n")], atomic=atomic)
        await connection.close()

    assert len(taken) == 2
    assert "planted" not in str(caught.value)
