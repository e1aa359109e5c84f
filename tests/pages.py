"""The pages of the house, and what stands on them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README, ARCHITECTURE = ROOT / "README.md", ROOT / "ARCHITECTURE.md"
CONFIGURATION, OPERATE = ROOT / "docs" / "configuration.md", ROOT / "docs" / "operate.md"
STORE = ROOT / "docs" / "store.md"
# Tests of their own run their examples.
PLAYED = {ROOT / "docs" / name for name in ("add-a-source.md", "policy.md", "rules.md", "windows.md")}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")])
CODE = sorted((ROOT / "monitor").rglob("*.py"))


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(language: str) -> list[Any]:
    """Every fenced block in a language, as parameters of a test: the page and the text."""
    return [
        pytest.param(page, block[1], id=f"{short(page)}:{words(page).count(chr(10), 0, block.start()) + 1}")
        for page in PAGES
        for block in re.finditer(rf"^```{language}\n(.*?)^```", words(page), re.MULTILINE | re.DOTALL)
    ]
