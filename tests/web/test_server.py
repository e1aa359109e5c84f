from __future__ import annotations

import asyncio
import signal
import socket

import httpx
import pytest

from monitor.errors import ConfigError
from monitor.web.server import Server
from tests.web.memory import MemoryStore, a_site, serving


async def test_a_free_port_is_found_and_told(memory: MemoryStore) -> None:
    async with serving(memory) as (_, address), httpx.AsyncClient(base_url=address) as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert "server" not in answer.headers


async def test_a_port_that_is_taken_is_a_sentence(memory: MemoryStore) -> None:
    stopping = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = Server(a_site(memory, stopping), host="127.0.0.1", port=port, stopping=stopping)
        with pytest.raises(ConfigError) as caught:
            await server.start()

    why = "another program listens there already; stop it, or choose another port"
    assert caught.value.mistakes == [f"web: cannot listen on 127.0.0.1 port {port}: {why}."]
    await server.stop()


async def test_an_address_of_another_machine_is_a_sentence(memory: MemoryStore) -> None:
    stopping = asyncio.Event()
    server = Server(a_site(memory, stopping), host="192.0.2.1", port=0, stopping=stopping)

    with pytest.raises(ConfigError, match="this machine has no such address"):
        await server.start()


async def test_the_signals_stay_the_daemons(memory: MemoryStore) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    async with serving(memory):
        assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


async def test_stopping_twice_is_stopping_once(memory: MemoryStore) -> None:
    async with serving(memory) as (server, address):
        await server.stop()
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient() as client:
                await client.get(f"{address}/healthz")


async def test_a_viewer_whose_machine_is_gone_is_let_go_by_the_kernel(memory: MemoryStore) -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("only Linux has this option")
    async with serving(memory) as (server, _):
        [listener] = server._uvicorn.servers[0].sockets
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


async def test_what_is_sent_does_not_wait_for_what_was_sent_to_be_acknowledged(memory: MemoryStore) -> None:
    async with serving(memory) as (server, _):
        [listener] = server._uvicorn.servers[0].sockets
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
