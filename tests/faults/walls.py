"""Something else stands before the feed and answers in its place, often with status 200."""

from __future__ import annotations

from tests.faults.case import Family, Stage, fails, healthy
from tests.faults.speech import by_path, document, page, posts, redirect, serves
from tests.servers import Reply, Script

FAMILY = Family("walls")

_CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper" role="main">
<noscript><div class="h2">Enable JavaScript and cookies to continue</div></noscript></div>
<script>(function(){window._cf_chl_opt={cvId:'3',cZone:'ministry.example',cType:'managed'};
var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';})();</script>
</body></html>"""

_LOG_IN = """<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Log in to continue</h1>
<form method="post" action="/login"><input name="user"><input type="password" name="password">
<button type="submit">Log in</button></form></body></html>"""

_PORTAL = """<!DOCTYPE html><html><head><title>Welcome to the guest network</title>
<meta http-equiv="refresh" content="0; url=http://portal.test/login"></head><body><h1>Wi-Fi login</h1>
<form action="/login" method="post"><input type="password" name="code"> <input type="submit" value="Connect"></form>
</body></html>"""


def _cloudflare(code: int) -> Reply:
    return page(_CHALLENGE, code, Server="cloudflare", CF_RAY="8f2c1b0a9d3e4f56-EVN", CF_Mitigated="challenge")


@FAMILY(fails("blocked"))
def a_bot_wall_with_status_200(_: Stage) -> Script:
    """A challenge page of a bot wall, as if it were the feed."""
    return serves(_cloudflare(200))


@FAMILY(healthy(2), fails("blocked", kept=2))
def a_bot_wall_with_status_403(_: Stage) -> Script:
    """The same with status 403, after a good day."""
    return serves(document(posts(1, 2)), _cloudflare(403))


@FAMILY(healthy(2), fails("blocked", kept=2))
def a_bot_wall_with_status_503(_: Stage) -> Script:
    """The same with status 503, after a good day."""
    return serves(document(posts(1, 2)), _cloudflare(503))


@FAMILY(fails("blocked"), healthy(2))
def a_bot_wall_that_goes_away(_: Stage) -> Script:
    """A challenge at first, and the feed at the next poll."""
    return serves(_cloudflare(403), document(posts(1, 2)))


@FAMILY(healthy(2), fails("blocked", kept=2))
def a_log_in_page_with_status_200(_: Stage) -> Script:
    """A page that wants a password, as if it were the feed, after a good day."""
    return serves(document(posts(1, 2)), page(_LOG_IN))


@FAMILY(fails("blocked"))
def a_redirect_to_a_log_in_page(_: Stage) -> Script:
    """A redirect to a page that wants a password."""
    return by_path({"/feed": redirect("/login?next=/feed")}, page(_LOG_IN))


@FAMILY(fails("blocked"))
def a_captive_portal(_: Stage) -> Script:
    """The log-in page of a guest network answers for everybody."""
    return serves(page(_PORTAL))


@FAMILY(fails("blocked"))
def a_captive_portal_that_says_so(_: Stage) -> Script:
    """Status 511, which RFC 6585 made for log-in pages of networks."""
    return serves(page(_PORTAL, 511))


@FAMILY(healthy(1))
def a_feed_that_speaks_of_walls(_: Stage) -> Script:
    """A good feed from behind a bot wall's network, whose post quotes the words of its challenge."""
    words = "<item><guid>1</guid><title>Just a moment... Enable JavaScript and cookies: log in, password</title></item>"
    body = f'<rss version="2.0"><channel>{words}</channel></rss>'
    return serves(document(body, Server="cloudflare", CF_RAY="8f2c1b0a9d3e4f56-EVN"))
