from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.store import Store
from monitor.store.embedded import EmbeddedServer, answering, socket_path, url
from tests.make import NOON, post


async def test_what_is_stored_survives_a_kill_of_the_server(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    await server.start()
    store = Store(url(tmp_path))
    await store.posts.admit("am-mod", [post(1)], NOON)
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert server._process
    await server._process.wait()

    await server.restart()

    assert [e.post.title for e in await store.posts.recent()] == ["Statement 1"]
    await store.close()
    await server.stop()
    assert not await answering(tmp_path)


async def test_a_second_daemon_on_one_directory_is_refused(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    await server.start()

    with pytest.raises(ConfigError, match=rf"in use by another monitor \(process {os.getpid()}\)"):
        await EmbeddedServer(tmp_path).start()
    await server.stop()


async def test_a_server_that_outlived_its_daemon_is_shut_down_and_its_data_taken_over(tmp_path: Path) -> None:
    orphan = EmbeddedServer(tmp_path)
    await orphan.start()
    store = Store(url(tmp_path))
    await store.posts.admit("am-mod", [post(1)], NOON)
    assert orphan._lock is not None
    orphan._lock.close()  # its daemon is gone, the server is not

    heir = EmbeddedServer(tmp_path)
    await heir.start()

    assert orphan.dead
    assert len(await store.posts.recent()) == 1
    await store.close()
    await heir.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_the_server_dies_with_its_daemon(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, signal, sys\n"
        "from pathlib import Path\n"
        "from monitor.store.embedded import EmbeddedServer\n"
        "async def main():\n"
        "    await EmbeddedServer(Path(sys.argv[1])).start()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(tmp_path))

    assert await daemon.wait() == -signal.SIGKILL
    for _ in range(500):
        if not await answering(tmp_path):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the server outlived its daemon")


async def test_a_directory_with_a_long_path_works_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / "e"
    server = EmbeddedServer(deep)
    await server.start()

    assert len(str(socket_path(deep))) < 104
    assert await answering(deep)
    await server.stop()


async def test_a_directory_that_cannot_be_used_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match=r"store\.dir: .* cannot be used"):
        await EmbeddedServer(tmp_path / "file" / "data").start()
