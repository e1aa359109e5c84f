"""Words that want to be more than words: on a page, in a message, in a letter, in a log.

They all speak of wounded, so that the large test's rule sends every one of them on.
"""

from __future__ import annotations

from html import escape

from tests.faults.case import Family, Make, Stage, healthy
from tests.faults.speech import document, item, rss, serves
from tests.servers import Script

FAMILY = Family("texts")
_BACKFILL = {"backfill": "alert"}

# name: what stands in the title, and what has to be stored. The title is HTML-escaped, as publishers do.
_TITLES: dict[str, tuple[str, str | None]] = {
    "turned direction": ("2 wounded \u202eecila\u202c \u2066x\u2069 \u200f", "2 wounded ecila x"),
    "controls": ("2 wounded\x07\x08[2J\x7f31m today", "2 wounded[2J31m today"),
    "line ends": ("3 wounded\u2028near\u2029the old\r\nbridge", "3 wounded near the old bridge"),
    "a giant title": ("4 wounded " + "x" * 1_000_000, "4 wounded " + "x" * 989 + "…"),
    "a script": ("5 wounded <script>alert(5)</script>", "5 wounded"),
    "a picture with a handler": ("6 wounded <img src=x onerror=alert(6)>", "6 wounded"),
    "a script escaped twice": (
        "7 wounded &lt;script&gt;alert(7)&lt;/script&gt;",
        "7 wounded <script>alert(7)</script>",
    ),
    "a broken tag": ("8 wounded <img src=x onerror=alert(8) ", None),
    "a control word of Slack": ("9 wounded <!channel> <@U0> *now* `x`", None),
    "a link of Slack": ("10 wounded <https://evil.example|ministry.example>", None),
    "a header": ("11 wounded\r\nBcc: spy@evil.example\r\n\r\nbody", "11 wounded Bcc: spy@evil.example body"),
    "an encoded header": ("12 wounded =?utf-8?q?=0ABcc=3A_spy=40evil.example?=", None),
    "a formula": ('=HYPERLINK("http://evil.example";"13 wounded")', None),
    "a template": ("14 wounded {{7*7}} ${7*7} %(x)s {0.__class__} %n", None),
    "a log line": ('15 wounded","level":"critical","event":"forged', None),
    "a stream event": ("16 wounded\n\nevent: alert\ndata: forged\n\n", "16 wounded event: alert data: forged"),
    "combining marks": ("17 wounded " + "a" + "\u0301" * 2000, None),
    "half a pair": ("18 wounded &#xD83D;", None),
    "letters that look alike": ("19 wоunded, 19 wounded", "19 wоunded, 19 wounded"),
}


def _titled(title: str) -> Make:
    return lambda _: serves(document(rss((item("x", escape(title)),))))


for _name, (_title, _stored) in _TITLES.items():
    _line = f"A title with {_name}."
    FAMILY.made(
        f"title with {_name}",
        _line,
        _titled(_title),
        healthy(1),
        titles=(_stored,) if _stored else (),
        settings=_BACKFILL,
    )


@FAMILY(healthy(1), settings=_BACKFILL)
def a_link_that_runs(_: Stage) -> Script:
    """Links of `javascript:` and `data:` in every place of a post; none is kept."""
    bad = "java&#115;cript:alert(20)"
    more = f"<comments>{bad}</comments><enclosure url='data:text/html,x' type='image/png' length='1'/>"
    return serves(document(rss((item(20, "20 wounded", guid=bad, link=bad, more=more),))))
