"""One connection for all: what is asked on it is answered in order, and its end is everybody's."""

import asyncio
import ctypes
import socket
import struct
import sys

import pytest
from redis.exceptions import ConnectionError as Broken
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


async def test_a_batch_may_take_long_as_long_as_it_goes_on_and_who_waits_behind_it_is_answered() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if b"GET" not in data:
                writer.write(b"+OK\r\n" * (data.count(b"\r\n*") + 1))
                continue
            for _ in range(data.count(b"GET")):
                await asyncio.sleep(0.1)
                writer.write(b"$1\r\na\r\n")

    async with raw_server(slow) as server:
        one = wire(f"redis://{server.authority}/0", within=0.3)
        batch, behind = await asyncio.gather(one.answers([("GET", "a")] * 5), one.answers([("GET", "a")]))
        assert (batch, behind) == ([b"a"] * 5, [b"a"])
        assert server.connects == 1
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


async def test_a_command_after_the_reading_was_cancelled_opens_anew_rather_than_wait(server_url: str) -> None:
    one = wire(server_url)
    ours = asyncio.all_tasks()
    await one.answers([("PING",)])
    for reading in asyncio.all_tasks() - ours:  # as the loop does to what is left when a program ends
        reading.cancel()
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        assert await one.answers([("SET", "a", 1)]) == [True]
    await one.close()


async def test_whoever_is_cancelled_while_it_closes_is_cancelled(server_url: str) -> None:
    one = wire(server_url)
    await one.answers([("PING",)])
    closing = asyncio.create_task(one.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing


@pytest.mark.skipif(sys.platform != "linux", reason="a socket is made deaf by the kernel's own filter")
async def test_a_server_that_has_died_is_not_taken_for_one_that_has_nothing() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(b"+OK\r\n" * (data.count(b"\r\n*") + 1))
            if b"PING" in data:
                _drop_all(writer.get_extra_info("socket"))

    async with raw_server(deaf) as server:
        steady = client(f"redis://{server.authority}/0", within=None)
        given_up = {socket.TCP_USER_TIMEOUT: 100}  # ms without an acknowledgement
        steady.connection_pool.connection_kwargs |= {"socket_keepalive": True, "socket_keepalive_options": given_up}
        one = Wire(steady.connection_pool, steady.response_callbacks, within=5)
        await one.answers([("PING",)])
        found = await asyncio.gather(*(one.answers([("GET", "a")]) for _ in range(3)), return_exceptions=True)
        assert [type(error) for error in found] == [Broken] * 3
        await one.close()


def _drop_all(on: socket.socket) -> None:
    """Have the kernel drop what comes in, as if the machine were gone (socket(7), SO_ATTACH_FILTER)."""
    nothing = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF_RET | BPF_K, 0 bytes
    on.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", 1, ctypes.addressof(nothing)))
