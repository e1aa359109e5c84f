"""To sign in and out: the token and a name against a session."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.web.acts import name_of
from monitor.web.given import given
from monitor.web.site import Site, respond

_AFTER = ("/incidents", "/silences", "/audit")  # pages from which one signs in, and where one comes back


async def page(site: Site, request: Request) -> Response:
    return _page(site, request, _back(request.query_params.get("next", "")))


async def sign_in(site: Site, request: Request) -> Response:
    said = await given(request)
    site.access.ours(request, said=False)
    back = _back(said.text("next"))
    try:
        name = name_of(said.text("name"))
        site.access.prove(request, said.text("token"))
    except (ValueError, HTTPException) as why:
        status = why.status_code if isinstance(why, HTTPException) else 400
        sentence = why.detail if isinstance(why, HTTPException) else f"{why}"
        return _page(site, request, back, status=status, name=said.text("name"), wrong=sentence)
    response = RedirectResponse(back, 303)
    site.access.begin(request, response, name)
    return response


async def sign_out(site: Site, request: Request) -> Response:
    site.access.ours(request, said=False)
    response = RedirectResponse("/", 303)
    site.access.end(response)
    return response


def _page(site: Site, request: Request, back: str, *, status: int = 200, name: str = "", wrong: str = "") -> Response:
    return respond(
        "login.html",
        status,
        here=None,
        writer=site.access.name(request),
        read_only=site.access.read_only,
        back=back,
        name=name,
        wrong=wrong,
    )


def _back(wanted: str) -> str:
    """Return where to go after signing in: a page of ours, whatever the address says."""
    own = any(wanted == one or wanted.startswith(f"{one}/") for one in _AFTER)
    return wanted if own and "\\" not in wanted and "//" not in wanted else _AFTER[0]
