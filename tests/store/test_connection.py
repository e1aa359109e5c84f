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


async def test_commands_of_several_tasks_share_the_way_and_each_has_its_own_answer(server_url: str) -> None:
    connection = Connection(server_url)
    await connection.call("RPUSH", "m:{00}:list", "word")
    calls = [connection.call("INCR", f"m:{{00}}:{n % 5}") for n in range(20)]
    calls.insert(7, connection.call("GET", "m:{00}:list"))  # refused: it is a list
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = answers.pop(7)
    assert isinstance(refused, StoreUnavailable)
    assert "WRONGTYPE" in str(refused)
    assert answers == [n // 5 + 1 for n in range(20)]
    assert (await connection.call("CLIENT", "LIST")).count(b"name=monitor ") == 1
    await connection.close()


async def test_who_no_longer_waits_holds_up_nobody(server_url: str) -> None:
    connection = Connection(server_url)
    tasks = [asyncio.create_task(connection.call("INCR", "m:{00}:n")) for _ in range(6)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [True, False] * 3
    assert await connection.call("GET", "m:{00}:n")
    await connection.close()


async def test_those_that_went_together_fail_together_and_the_next_ones_are_sent() -> None:
    asked = 0

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while data := await reader.read(65536):
            if b"INCR" in data:
                asked += data.count(b"INCR")
                if asked >= 5:
                    return
                continue
            writer.write(b"+OK\r\n" * data.count(b"\r\n*") + b"+OK\r\n")

    async with raw_server(hang_up) as server:
        connection = Connection(f"redis://{server.authority}/0")
        calls = (connection.call("INCR", "m:{00}:n") for _ in range(5))
        failures = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(failure) for failure in failures] == [StoreUnavailable] * 5
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await connection.call("INCR", "m:{00}:n")
        assert asked == 6, "each was sent once"
        await connection.close()
