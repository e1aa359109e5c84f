"""What may silence an alert, or only links it, stops none: where it fails, each post is judged by itself."""

from __future__ import annotations

import structlog

from monitor.errors import StoreUnavailable

log = structlog.get_logger("judge")


class Alone:
    """`with Alone(posts)` goes on without an answer for so many posts: rather an alert twice than none."""

    def __init__(self, posts: int, fault: type[Exception] = Exception) -> None:
        self._posts = posts
        self._fault = fault

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, self._fault):
            return False
        why = str(error) if isinstance(error, StoreUnavailable) else repr(error)
        log.warning("judge.alone", posts=self._posts, why=why)
        return True
