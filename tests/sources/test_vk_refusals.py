"""What VK's errors, which come with HTTP's 200, mean for the next step; and where the token goes, and where not."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from monitor.errors import Blocked, MonitorError, Rejected, Unauthorized, Unreachable, Unreadable
from monitor.sources.vk import refusal
from tests.servers import HttpServer, Reply, http_server
from tests.sources.vk_server import TOKEN, Api, Follower, answer, failure, item, numbers
from tests.sources.watcher import said


@pytest.fixture
def api(server: HttpServer) -> Api:
    api = Api(server)
    api.items = [item(1, 'They said "error_code" and {"error": {"error_code": 5}}.')]
    return api


@pytest.mark.parametrize(
    ("code", "error", "words", "patience"),
    [
        (5, Unauthorized, "VK does not take the token", None),
        (28, Unauthorized, "VK does not take the token", None),
        (15, Unauthorized, "VK does not show this wall", None),
        (30, Unauthorized, "VK does not show this wall", None),
        (203, Unauthorized, "VK does not show this wall", None),
        (14, Blocked, "VK wants to see a person", None),
        (18, Rejected, "deleted or banned", None),
        (100, Rejected, "VK refuses the question itself", None),
        (6, Unreachable, "too many questions came with one token in one second", None),
        (9, Unreachable, "a flood of the same questions", 900),
        (29, Unreachable, "used up what it may ask in a day", 3600),
        (10, Unreachable, "VK has a trouble of its own", None),
        (4321, Unreachable, "VK has a trouble of its own", None),
    ],
)
async def test_an_error_is_told_as_what_it_means(
    api: Api, code: int, error: type[MonitorError], words: str, patience: float | None
) -> None:
    follower = Follower(api)
    await follower.poll()
    before, api.failures = follower.bookmark, [said(failure(code))]
    with pytest.raises(error, match=words) as caught:
        await follower.poll()

    assert type(caught.value) is error
    assert str(caught.value).endswith(f"(VK's error {code}: 'what VK says of it')")
    assert getattr(caught.value, "retry_after", None) == patience
    assert getattr(caught.value, "status", None) == (410 if code == 18 else None)
    assert follower.bookmark == before
    assert numbers(await follower.poll()) == [1]


async def test_errors_of_http_are_errors_still(api: Api) -> None:
    api.failures = [said({}, 429, {"Retry-After": "300"}), Reply(401), Reply(500)]
    with pytest.raises(Unreachable) as caught:
        await Follower(api).poll()
    assert (caught.value.status, caught.value.retry_after) == (429, 300)
    with pytest.raises(Unauthorized):
        await Follower(api).poll()
    with pytest.raises(Unreachable, match="500"):
        await Follower(api).poll()


async def test_an_error_at_the_looking_up_is_told_as_well(api: Api) -> None:
    with pytest.raises(Unauthorized, match=r"VK does not take the token.*no access_token passed"):
        await Follower(api, token="another").poll()
    assert api.asked == ["name"]


async def test_without_a_token_nobody_is_asked(api: Api) -> None:
    for nothing in (None, ""):
        with pytest.raises(Unauthorized, match="give the service token of an application"):
            await Follower(api, token=nothing).poll()
    assert api.server.requests == []


async def test_the_token_goes_to_the_api_only_and_never_into_an_address(api: Api) -> None:
    async with http_server({"/page": said(answer([item(9)])), "/method/wall.get": said(answer([item(8)]))}) as other:
        follower = Follower(api)
        with capture_logs() as logs:
            batch = await follower.poll()
            api.failures = [Reply(302, b"", {"Location": f"{other.url}/page"})]
            assert numbers(await follower.poll()) == [9]
            await follower.source.earlier(f"{other.url}/method/wall.get?count=100")

        assert len(other.requests) == 2
        assert {request.headers.get("authorization") for request in other.requests} == {None}
        asked = [request.path for request in (*api.server.requests, *other.requests)]
    assert TOKEN not in f"{asked} {batch} {follower.bookmark} {logs} {follower.settings!r}"
    assert TOKEN not in follower.settings.model_dump_json()


async def test_a_token_that_comes_back_in_an_error_is_not_told(api: Api) -> None:
    api.failures = [said(failure(5, f"invalid access_token {TOKEN} (4)."))]
    with pytest.raises(Unauthorized, match=r"invalid access_token … \(4\)\.") as caught:
        await Follower(api).poll()

    assert TOKEN not in str(caught.value)


async def test_an_error_too_large_to_be_one_is_left_to_the_reader(api: Api) -> None:
    api.failures = [said(failure(5, "x" * 100_000))]
    with pytest.raises(Unreadable, match="VK does not take the token"):
        await Follower(api).poll()


@pytest.mark.parametrize("error", [{"error_code": "5"}, {"error_code": None, "error_msg": 7}, {"error_code": True}])
def test_a_broken_error_is_an_error_still(error: dict[str, object]) -> None:
    assert isinstance(refusal.told(json.dumps({"error": error}).encode()), MonitorError)


def test_an_answer_is_no_error() -> None:
    assert refusal.told(b'{"response": {"error_code": 5}}') is None
    assert refusal.told(b'[{"error_code": 5}]') is None
    with pytest.raises(Unreadable):
        refusal.told(b'{"error": {"error_code"')
