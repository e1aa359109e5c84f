"""Programs that are compared: what a command used is seen, and nobody gets figures for work that was not done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import floor, programs
from benchmarks.ours import NAME
from benchmarks.programs import Failed, Program, Spent
from benchmarks.refresh import COLD, Contest
from benchmarks.serving import serving

BUSY = "import os, sys, time\nif os.fork(): os.wait()\nwhile time.process_time() < 0.2: pass\n"


class Counter(Program):
    """Asks every feed but the last few, and says that it has stored twenty posts of each it did not forget."""

    version = note = "1"
    conditional = False

    def __init__(self, name: str, *, skipped: int = 0, forgot: int = 0) -> None:
        self.name = name
        self.urls: Sequence[str] = ()
        self._skipped = skipped
        self._forgot = forgot

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self.urls = urls

    async def refresh(self) -> Spent:
        sockets = floor.Sockets()
        for url in self.urls[: len(self.urls) - self._skipped]:
            await sockets.ask(url, None)
        sockets.close()
        return Spent(1.0, 1.0, 1.0, None)

    async def posts(self) -> int:
        return 20 * (len(self.urls) - self._forgot)


async def contest(*rivals: Program) -> Contest:
    async with serving(3) as server:
        one = Contest(server, list(rivals), 3, 60)
        for program in rivals:
            await program.begin(Path(), [server.url(feed) for feed in range(3)])
        await one.round(COLD, new=3)
        return one


async def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    spent = await programs.run([sys.executable, "-c", BUSY], tmp_path, {})

    assert 0.4 <= spent.cpu < 5.0
    assert spent.wall >= 0.2
    assert spent.rss > 5.0


async def test_a_command_that_fails_tells_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"ended with 3:\nno luck"):
        await programs.run(
            [sys.executable, "-c", "import sys; print('no luck', flush=True); sys.exit(3)"], tmp_path, {}
        )


async def test_a_command_runs_at_a_home_of_its_own(tmp_path: Path) -> None:
    code = "import os; open('seen', 'w').write(os.environ['HOME'] + os.environ['COLOUR'])"

    await programs.run([sys.executable, "-c", code], tmp_path, {"COLOUR": "blue"})

    assert (tmp_path / "seen").read_text(encoding="utf-8") == f"{tmp_path}blue"


async def test_who_skips_a_feed_or_loses_a_post_gets_no_figure_and_the_others_do() -> None:
    found = await contest(
        Counter(NAME), Counter("lazy", skipped=1), Counter("forgetful", forgot=2), Counter("diligent")
    )

    assert {name for _, name in found.spent} == {NAME, "diligent"}
    assert "the server answered {'200': 2}, expected was {'200': 3}" in found.failed["lazy"]
    assert "it has stored 20 posts, expected were 60" in found.failed["forgetful"]
    assert [program.name for program in found.programs] == [NAME, "diligent"]


async def test_without_our_own_figures_all_is_in_vain() -> None:
    with pytest.raises(Failed, match=r"expected was \{'200': 3\}"):
        await contest(Counter(NAME, skipped=3))
