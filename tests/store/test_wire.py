"""One connection for all: what is asked on it is answered in order, and its end is everybody's."""

import asyncio

from redis.exceptions import InvalidResponse, ResponseError
from redis.exceptions import TimeoutError as Late

from monitor.store.line import client
from monitor.store.wire import Wire
from tests.servers import raw_server


def wire(url: str, within: float = 5.0) -> Wire:
    steady = client(url, within=None)
    return Wire(steady.connection_pool, steady.response_callbacks, within=within)


async def test_each_has_its_own_answers_in_redis_py_s_form(server_url: str) -> None:
    one = wire(server_url)
    writing = one.answers([("HSET", "h", "a", 1), ("INCR", "h"), ("HGETALL", "h")])
    (added, refused, read), (nothing,) = await asyncio.gather(writing, one.answers([("HGETALL", "none")]))
    assert (added, read, nothing) == (1, {b"a": b"1"}, {})
    assert isinstance(refused, ResponseError)
    await one.close()


async def test_what_waits_for_an_answer_that_does_not_come_ends_and_the_next_command_opens_anew() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if b"GET" in data:
                await reader.read()  # until it is given up
                return
            writer.write(b"+OK\r\n" * (data.count(b"\r\n*") + 1))

    async with raw_server(silent) as server:
        one = wire(f"redis://{server.authority}/0", within=0.2)
        for times in (1, 2):
            asked = [one.answers([("GET", "a")]) for _ in range(3)]
            found = await asyncio.gather(*asked, return_exceptions=True)
            assert {type(error) for error in found} == {Late}
            assert server.connects == times
        await one.close()


async def test_an_answer_nobody_understands_ends_it_for_all() -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(b"?!\r\n" if b"GET" in data else b"+OK\r\n" * (data.count(b"\r\n*") + 1))

    async with raw_server(garbage) as server:
        one = wire(f"redis://{server.authority}/0")
        found = await asyncio.gather(*(one.answers([("GET", "a")]) for _ in range(3)), return_exceptions=True)
        assert [type(error) for error in found] == [InvalidResponse] * 3
        await one.close()


async def test_a_wire_that_was_closed_opens_anew(server_url: str) -> None:
    one = wire(server_url)
    await one.answers([("SET", "a", 1)])
    await one.close()
    assert await one.answers([("GET", "a")]) == [b"1"]
    await one.close()
