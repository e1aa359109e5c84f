"""The command line. One file for what runs (`run`), one for what answers a question (`ask`), one each for two groups.

The groups are `deliveries` and `sources`; `standing` has the words of the latter.
"""

from __future__ import annotations

import click

from monitor import __version__
from monitor.cli.ask import alerts, check, parse, posts, schema
from monitor.cli.deliveries import deliveries
from monitor.cli.rules import backtest, explain
from monitor.cli.run import demo, run, send_test
from monitor.cli.sources import sources


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="monitor %(version)s")
def monitor() -> None:
    """Watch official statements, store each once, and alert when one speaks of what your rules name."""


for _command in (run, demo, check, parse, explain, backtest, posts, alerts, sources, deliveries, send_test, schema):
    monitor.add_command(_command)
