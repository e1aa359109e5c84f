from __future__ import annotations

from monitor.app.pages import explained
from monitor.model import Origin, Post
from monitor.rules import PlaceConfig, Rulebook, RuleConfig

ARMENIA = PlaceConfig(id="armenia", kind="country", country="AM", names={"en": ("Armenia",)})
ORIGIN = Origin(id="am-mod", kind="rss", name="Ministry of Defence", language="hy")


def test_a_silent_post_is_told_with_its_places_and_is_judged_like_any() -> None:
    rule = RuleConfig(id="border", terms={"en": ("border",)}, when="language:hy")
    book = Rulebook([rule], places=[ARMENIA])
    post = Post(
        key="k", source="am-mod", kind="rss", native_id="1", title="Rain in Armenia", text="Rain.", language="hy"
    )
    loud = Post(key="k", source="am-mod", kind="rss", native_id="1", title="Border", text="Armenia.", language="hy")

    told = explained(book, post, ORIGIN)

    assert book.judge(post, ORIGIN).places == ()
    assert [(place.place, place.field, place.start) for place in told.places] == [("armenia", "title", 8)]
    assert (told.alert, told.reasons) == (False, ("border: no term found",))
    assert explained(book, loud, ORIGIN) == book.judge(loud, ORIGIN)
