"""One log line per event, our own or a library's.

Events have stable dotted names (`source.failing`) and plain keys, so that they can be searched for and counted.
No secret and no control character reaches a line, whatever was handed in: values are masked by their key, by their
type (`SecretStr`), by the literals given to `configure`, and by what secrets look like.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog
from pydantic import SecretBytes, SecretStr

from monitor.errors import MonitorError

Format = Literal["json", "text"]
Level = Literal["debug", "info", "warning", "error"]
Event = MutableMapping[str, Any]

MASK = "***"
_HEAD = ("timestamp", "level", "event")
_LONGEST = 2_000  # characters of one value; a statement belongs into the store, not into the log
_NOISY = ("apscheduler", "uvicorn")
_SECRET_KEY = re.compile(
    r"token|secret|passw|authorization|cookie|credential|api[_-]?key|webhook|signature", re.IGNORECASE
)
_SECRET_LOOK = re.compile(
    r"""(?<=://)[^/\s"'@]+(?=@)                                     # a user and password in an address
      | (?<=hooks\.slack\.com/)[^\s"'<>\\]+                           # a Slack webhook: its path is the key
      | \b(?:xox[a-z]-|whsec_)[\w+/=-]+                               # a Slack token, a key that signs webhooks
      | (?<=\bbearer\ )[\w.~+/=-]+ | (?<=\bbasic\ )[\w+/=-]{8,}       # an Authorization header
      | (?<=[?&])((?:\w*(?:token|secret|signature|password|key))=)[^&\s"'<>\\]+""",
    re.VERBOSE | re.IGNORECASE,
)
# C0 and C1 controls, line separators, marks that reorder text on a screen, and lone surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PLAIN = re.compile(r'[^\s"=\\]+')


def configure(
    format: Format = "text",  # noqa: A002  # the setting's own name
    level: Level = "info",
    stream: TextIO | None = None,
    *,
    secrets: Iterable[str] = (),
) -> None:
    """Send our own events and those of every library to `stream` (stderr), one line each. May be called again.

    `secrets` are masked wherever they turn up, also inside the errors and tracebacks of libraries.
    """
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _explain,
        _Redact(secrets),
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _json if format == "json" else _text,
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
        )
    )
    threshold = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _explain(_logger: Any, _method: str, event: Event) -> Event:
    """Turn an exception into words. Ours speak for themselves; any other is a bug, and keeps its traceback."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, MonitorError):
        event.setdefault("error", str(error))
        event.setdefault("kind", error.kind)
    elif isinstance(error, BaseException):
        event["exception"] = "".join(traceback.format_exception(error)).rstrip()
    return event


class _Redact:
    """Mask secrets by their key, by their type, and wherever a known or likely one stands in a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest_first = sorted({each for each in secrets if len(each) >= 4}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        # The address of a channel is a secret too: whoever has it can write there.
        to_channel = "channel" in event
        for key, value in event.items():
            event[key] = MASK if to_channel and key.endswith("url") else self._masked(key, value)
        return event

    def _masked(self, key: str, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, SecretStr | SecretBytes) or _SECRET_KEY.search(key):
            return MASK
        match value:
            case int() | float():
                return value
            case Mapping():
                return {str(k): self._masked(str(k), v) for k, v in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._masked(key, each) for each in value]
        text = self.known.sub(MASK, str(value))
        text = _SECRET_LOOK.sub(lambda found: f"{found[1] or ''}{MASK}", text)
        return text if key == "exception" or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _json(_logger: Any, _method: str, event: Event) -> str:
    head = {key: event.pop(key) for key in _HEAD}
    return _harmless(_quoted({**head, **event}))


def _text(_logger: Any, _method: str, event: Event) -> str:
    """Write `time level event key=value …`; a traceback, the mark of a bug, follows indented."""
    trace = str(event.pop("exception", None) or "").splitlines()
    words = [_word(event.pop(key)) for key in _HEAD]
    words += [f"{key}={_word(value)}" for key, value in event.items()]
    return "\n    ".join(_harmless(line) for line in [" ".join(words), *trace])


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else _quoted(value)
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _harmless(line: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
