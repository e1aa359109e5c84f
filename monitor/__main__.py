"""`python -m monitor` and the command `monitor`."""

from __future__ import annotations


def main() -> None:
    from monitor.cli import monitor  # noqa: PLC0415  # so that `python -m monitor.workers` does not pay for it

    monitor(prog_name="monitor")


if __name__ == "__main__":
    main()
