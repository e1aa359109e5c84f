"""All cases, and the table of docs/faults.md. `.venv/bin/python -m tests.faults.cases` writes it anew."""

from __future__ import annotations

from pathlib import Path

from tests.faults import bombs, encodings, guards, heavy, lying, malformed, slow, storms, texts, walls
from tests.faults.case import Case, Family

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY for module in (guards, bombs, slow, malformed, heavy, lying, storms, walls, encodings, texts)
)
CASES: tuple[Case, ...] = tuple(case for family in FAMILIES for case in family)
PAGE = Path(__file__).parent.parent.parent / "docs" / "faults.md"
_BEGIN, _END = "<!-- cases -->\n", "<!-- /cases -->\n"


def rendered(page: str) -> str:
    """Return the page with the tables as the cases are now."""
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return f"{head}{_BEGIN}{''.join(map(_table, FAMILIES))}{_END}{tail}"


def _table(family: Family) -> str:
    rows = "".join(f"| {case.name} | {_cell(case.line)} | {_outcome(case)} | {case.ends} |\n" for case in family)
    head = "| case | what the far side does | what comes of it | ends |\n|---|---|---|---|\n"
    return f"\n### {family.name.capitalize()} ({len(family)})\n\n{head}{rows}\n"


def _outcome(case: Case) -> str:
    return ", then ".join(f"{then.outcome}, {then.posts} kept" if then.posts else then.outcome for then in case.then)


def _cell(line: str) -> str:
    return line.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
