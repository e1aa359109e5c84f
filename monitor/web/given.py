"""What a form or a program sends: read whole, small, and as text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from monitor.web.access import Access

_MOST = 64 * 1024  # bytes
_MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Given:
    """`fields`: what was sent, by name. Of a form all values of a name are kept, the empty ones left out."""

    fields: dict[str, Any] = field(default_factory=dict)

    def texts(self, name: str) -> list[str]:
        """Return all values. Raises HTTPException 400 where one of them is no text."""
        value = self.fields.get(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(one, str) for one in found):
            raise HTTPException(400, f"{name} is text.")
        return found

    def text(self, name: str) -> str:
        """Return the one value, "" where it was not given. Raises HTTPException 400 where it is no text, or several."""
        found = self.texts(name)
        if len(found) != 1 and self.fields.get(name) is not None:
            raise HTTPException(400, f"{name} is one text.")
        return "".join(found)


async def signed(access: Access, request: Request) -> tuple[str, Given]:
    """Return who acts, "" where a program does not say for whom, and what was sent. Raises as `Access.writer`, too."""
    by = access.writer(request)
    said = await given(request)
    return said.text("by") if by is None else by, said


async def given(request: Request) -> Given:
    """Read the body: a form as browsers send it, or a JSON object. Raises HTTPException 400 or 413."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _body(request)
    if not body:
        return Given()
    try:
        if kind == "application/x-www-form-urlencoded":
            return Given(_form(body.decode()))
        if kind == "application/json":
            fields = json.loads(body)
            if isinstance(fields, dict):
                return Given(fields)
    except (ValueError, RecursionError):
        pass
    raise HTTPException(400, "Wanted is a form, or a JSON object with Content-Type: application/json.")


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > _MOST:
            raise HTTPException(413, f"That is more than {_MOST // 1024} KiB.")
    return bytes(found)


def _form(body: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(body, max_num_fields=_MOST_FIELDS):
        if said := value.strip():
            found.setdefault(name, []).append(said)
    return found
