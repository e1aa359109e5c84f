"""16 November 2021 in half a minute: the real daemon against two ministries played on this machine.

Read in this order: `stage` (all of it together), `day` (the statements and the clock), `ministry`, `slack` and
`post_office` (the far sides), `daemon` (the child process), `told` (what each channel got), `report` (what became of
each statement), `table`. The statements are written for the demo after the public facts of that day; none is a
quotation.
"""

from __future__ import annotations

from monitor.demo.stage import run

__all__ = ["run"]
