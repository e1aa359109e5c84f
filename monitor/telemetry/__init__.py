"""What the daemon says of itself: one log line per event, metrics for Prometheus, signs of life for systemd.

lines     events as lines, without secrets
metrics   every figure there is
signs     what systemd is told
"""

from monitor.telemetry.lines import Format, Level, configure
from monitor.telemetry.metrics import Metrics
from monitor.telemetry.signs import notify

__all__ = ["Format", "Level", "Metrics", "configure", "notify"]
