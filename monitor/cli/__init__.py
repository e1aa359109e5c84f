"""The command line. One file for what runs (`run`), one for what answers a question (`ask`), one for each group.

The groups are `sources`, `deliveries`, `routes` and `silence`; `standing` has the words of the first, `routed` those of
`routes test`. `incidents` and `audit` are what people have in hand and have done.
"""

from __future__ import annotations

import click

from monitor import __version__
from monitor.cli.ask import alerts, check, parse, posts, schema
from monitor.cli.audit import audit
from monitor.cli.deliveries import deliveries
from monitor.cli.incidents import acknowledge, incidents
from monitor.cli.routes import routes
from monitor.cli.rules import backtest, explain
from monitor.cli.run import demo, run, send_test
from monitor.cli.silence import silence
from monitor.cli.sources import sources


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="monitor %(version)s")
def monitor() -> None:
    """Watch official statements, store each once, and alert when one speaks of what your rules name."""


_COMMANDS = (
    *(run, demo, check, parse, explain, backtest, posts, alerts, sources, deliveries),
    *(routes, incidents, acknowledge, silence, audit, send_test, schema),
)
for _command in _COMMANDS:
    monitor.add_command(_command)
