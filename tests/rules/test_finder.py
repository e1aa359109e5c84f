"""Categories, terms near each other, weights, expressions: what a Rulebook makes of them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from monitor.model import Guard, Origin, Post
from monitor.rules import CategoryConfig, PlaceConfig, Rulebook, RuleConfig

ORIGIN = Origin(id="mod", kind="rss", name="Ministry", party="AM", official=True)
CATEGORIES = [
    CategoryConfig(id="forces", terms={"en": ("soldier", "serviceman"), "ru": ("солдат", "военнослужащий")}),
    CategoryConfig(id="hurt", terms={"en": ("killed", "wounded"), "ru": ("погиб*", "ранен*")}),
    CategoryConfig(id="losses", terms={"any": ("@forces NEAR/5 @hurt",), "en": ("fatal wound",)}),
    CategoryConfig(id="exercises", terms={"en": ("exercise", "imaginary enemy")}, reach="paragraph"),
    CategoryConfig(id="denial", terms={"en": ("disinformation",)}, guard=True),
    CategoryConfig(id="rumour", terms={"en": ("allegedly",)}, guard=True, parties=("AZ",)),
]
PLACES = [
    PlaceConfig(
        id="goris",
        kind="town",
        country="AM",
        within="syunik",
        names={"en": ("Goris",)},
        at=(39.5111, 46.3417),
        source="x",
    ),
    PlaceConfig(
        id="kapan",
        kind="town",
        country="AM",
        within="syunik",
        names={"en": ("Kapan",)},
        at=(39.2076, 46.4058),
        source="x",
    ),
]


def book(**rule: Any) -> Rulebook:
    return Rulebook([RuleConfig(**{"id": "r", "to": ("desk",), **rule})], CATEGORIES, PLACES)


def found(text: str, **rule: Any) -> list[str]:
    return [match.words for match in book(**rule).explain(text, ORIGIN).matches]


def why(text: str, **rule: Any) -> str:
    verdict = book(**rule).explain(text, ORIGIN)
    assert not verdict.alert
    return verdict.reasons[0]


def test_a_category_is_every_term_of_it() -> None:
    assert found("Servicemen came. Солдаты пришли.", terms={"any": ("@forces",)}) == ["Servicemen", "Солдаты"]


def test_a_category_may_hold_another() -> None:
    assert found("Two soldiers were badly wounded.", terms={"any": ("@losses",)}) == ["soldiers were badly wounded"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A soldier was killed.", ["soldier was killed"]),
        ("Killed were two servicemen.", ["Killed were two servicemen"]),
        ("A soldier came. Nobody was killed.", []),
        ("A soldier who came from a far and lonely village was killed.", []),
        ("Погиб солдат.", ["Погиб солдат"]),
    ],
)
def test_near_is_within_so_many_words_of_one_sentence(text: str, words: list[str]) -> None:
    assert found(text, terms={"any": ("@forces NEAR/5 @hurt",)}) == words


def test_before_is_near_in_one_order() -> None:
    terms = {"en": ("no BEFORE/3 soldier",)}

    assert found("There are no wounded soldiers.", terms=terms) == ["no wounded soldiers"]
    assert found("Soldiers have no fear.", terms=terms) == []


def test_three_may_stand_near_each_other() -> None:
    terms = {"en": ("soldier NEAR/3 killed NEAR/3 Goris",)}

    assert found("A soldier was killed near Goris.", terms=terms) == ["soldier was killed near Goris"]
    assert found("A soldier was killed.", terms=terms) == []


def test_near_finds_the_nearest_among_many_that_share_words() -> None:
    category = CategoryConfig(
        id="x", terms={"en": ("fire", "=fire", "fire at", "gun", "big gun fired now"), "any": ("fire", "fir*")}
    )

    def words(term: str, text: str) -> list[str]:
        book = Rulebook([RuleConfig(id="r", terms={"en": (term,)})], [category])
        return [match.words for match in book.explain(text, ORIGIN).matches]

    assert words("fire NEAR/1 @x", "They fire guns.") == ["fire guns"]
    assert words("now NEAR/3 @x", "A gun, firing now.") == ["firing now"]
    assert words("boom NEAR/2 @x", "A big gun fired now with boom.") == ["big gun fired now with boom"]


def test_an_expression_may_stand_near_words_and_keeps_to_its_language() -> None:
    assert found("A БМ-21 opened fire.", terms={"any": (r"/[BБ][MМ]-\d+/ NEAR/3 fire",)}) == ["БМ-21 opened fire"]
    assert found("The ministry said that it can not say.", terms={"tr": ("/can/",)}) == []
    assert found("Savunma Bakanlığı bir can kaybı olduğunu bildirdi.", terms={"tr": ("/can/",)}) == ["can"]


def test_the_weights_of_different_terms_add_up() -> None:
    weighed = {"terms": {"en": ("border^1", "shots^2", "festival^-2")}, "threshold": 3}

    assert found("Shots on the border.", **weighed) == ["Shots", "border"]
    assert why("Border, border, border.", **weighed) == "r: “Border” +1: 1 of 3"
    assert why("Shots on the border at a festival.", **weighed) == "r: “Shots” +2, “festival” -2, “border” +1: 1 of 3"


def test_a_category_with_a_weight_counts_once() -> None:
    assert why("Soldiers and servicemen.", terms={"any": ("@forces^2",)}, threshold=3) == "r: “Soldiers” +2: 2 of 3"
    assert found("Soldiers and servicemen.", terms={"any": ("@forces",)}, threshold=2) == ["Soldiers", "servicemen"]


def test_a_category_with_a_weight_counts_once_whatever_it_is_made_of() -> None:
    categories = [
        *CATEGORIES,
        CategoryConfig(id="all", terms={"any": ("@forces", "@hurt^5", "calm^-3")}),
    ]
    rule = RuleConfig(id="r", terms={"any": ("@all^2",)}, threshold=4)
    book = Rulebook([rule, RuleConfig(id="one", terms={"any": ("@all^2",)}, threshold=2)], categories)

    assert book.explain("Soldiers were wounded.", ORIGIN).rules == ("one",)
    assert not book.explain("All is calm.", ORIGIN).alert  # what speaks against a category is none of it


def test_of_terms_that_share_words_the_longest_counts_whatever_they_begin_with() -> None:
    for near in ("@forces NEAR/5 wounded", "soldier NEAR/5 wounded"):
        assert "+1: 1 of 2" in why("Soldiers were wounded.", terms={"en": (near, "wounded")}, threshold=2)


def test_what_weighs_against_does_so_as_far_as_its_category_reaches() -> None:
    categories = [*CATEGORIES, CategoryConfig(id="memory", terms={"en": ("anniversary",)}, reach="title")]
    book = Rulebook(
        [RuleConfig(id="r", terms={"en": ("shell^2",), "any": ("@memory^-2", "@exercises^-1")})], categories
    )

    def alerts(text: str) -> bool:
        return book.explain(text, ORIGIN).alert

    assert alerts("The village was shelled. The anniversary was marked.")
    assert alerts("The anniversary was marked. The village was shelled.")
    assert not alerts("The village was shelled on the anniversary.")
    assert not alerts("An anniversary\n\nThe village was shelled in those days.")
    assert alerts("The village was shelled. An exercise was held.")


def test_what_weighs_against_is_shown_as_a_guard() -> None:
    verdict = book(terms={"any": ("@forces^3", "@exercises^-1")}, threshold=2).explain(
        "Soldiers at an exercise.", ORIGIN
    )

    assert [match.words for match in verdict.matches] == ["Soldiers"]
    assert verdict.guards == (Guard(guard="exercises", field="text", start=15, end=23, words="exercise"),)


def test_a_condition_beside_terms() -> None:
    rule = {"terms": {"any": ("@forces",)}, "when": '@hurt and not title:"film"'}

    assert found("Soldiers were wounded.", **rule) == ["Soldiers", "wounded"]
    assert why("Soldiers came.", **rule) == 'r: `@hurt and not title:"film"` does not hold'
    film = Post(key="k", source="mod", kind="rss", native_id="1", title="A film", text="Soldiers were wounded.")
    assert not book(**rule).judge(film, ORIGIN).alert


def test_a_context_cancels_what_a_condition_wants_not_what_it_wants_absent() -> None:
    rule = {"when": "@hurt and not @forces", "unless": {"en": ("rumour",)}}

    assert found("Ten were wounded.", **rule) == ["wounded"]
    assert "is cancelled by “rumour”" in why("A rumour says ten were wounded.", **rule)
    assert why("Ten were wounded. A rumour of soldiers.", **rule)


def test_what_a_condition_wants_absent_speaks_for_nothing() -> None:
    absent = RuleConfig(id="absent", terms={"en": ("war",)}, when='not "qualifier"')
    cup = RuleConfig(id="cup", terms={"any": ("@hurt",)}, unless={"en": ("world cup",)})
    post = Post(key="k", source="mod", kind="rss", native_id="1", title="World Cup qualifier", text="A man is wounded.")

    verdict = Rulebook([cup, absent], CATEGORIES).judge(post, ORIGIN)

    assert verdict.reasons[0] == "cup: “wounded” is cancelled by “World Cup” in the title"
    both = {"when": '@hurt and not "big rumour"', "unless": {"en": ("rumour",)}}
    assert "is cancelled by “rumour”" in why("A rumour says ten were wounded.", **both)
    assert [guard.cancels for guard in book(**both).explain("Wounded: a rumour.", ORIGIN).guards] == [("Wounded",)]


def test_a_word_is_not_taken_for_a_category_with_a_threshold() -> None:
    category = CategoryConfig(id="incident", threshold=2, terms={"en": ("fire^2",)})
    book = Rulebook([RuleConfig(id="r", when='"=incident"'), RuleConfig(id="s", when="@incident")], [category])

    assert book.explain("An incident.", ORIGIN).rules == ("r",)
    assert book.explain("A fire.", ORIGIN).rules == ("s",)


def test_a_place_or_what_is_near_it_may_be_asked_for() -> None:
    near = {"terms": {"any": ("@hurt",)}, "when": "within:40km:goris"}

    assert found("One wounded at Kapan.", **near) == ["wounded", "Kapan"]
    assert found("One wounded at Ijevan.", **near) == []
    assert found("One wounded at Kapan.", **near | {"when": "within:20km:goris"}) == []
    assert [m.term for m in book(when="official and place:goris").explain("In Goris.", ORIGIN).matches] == [
        "place:goris"
    ]


@pytest.mark.parametrize(
    ("when", "holds"),
    [("party:AM", True), ("party:AZ", False), ("source:mod", True), ("official", True), ("not official", False),
     ("language:en", True), ("language:ru", False), ("kind:rss", True), ("kind:webpage", False)],
)  # fmt: skip
def test_what_is_known_of_a_post(when: str, *, holds: bool) -> None:
    post = Post(key="k", source="mod", kind="rss", native_id="1", text="The soldiers of the ministry have been seen.")

    assert book(terms={"any": ("@forces",)}, when=when).judge(post, ORIGIN).alert is holds


def test_an_expression_finds_the_words_it_touches() -> None:
    text = "A volley of БМ-21s and BM-21 hit it."

    assert found(text, terms={"any": (r"/[BБ][MМ]-\d+/",)}) == ["БМ-21s", "BM-21"]


def test_a_context_with_a_reach_of_its_own_cancels_the_rest_of_its_paragraph() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"any": ("@exercises",)}}

    assert why("An exercise was held. Ten were wounded. One was killed.", **rule) == (
        "r: “wounded” is cancelled by “exercise” (exercises) in the sentence before"
    )
    assert found("An exercise was held.\n\nTen were wounded.", **rule) == ["wounded"]
    assert found("Ten were wounded. Then an exercise was held.", **rule) == ["wounded"]
    assert "in its paragraph" in why("An exercise was held. It rained. Ten were wounded.", **rule)


def test_each_context_of_a_sentence_reaches_as_far_as_it_may() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"en": ("anniversary",), "any": ("@exercises",)}}

    assert "“exercise”" in why("The anniversary exercise was held. Ten were wounded.", **rule)


def test_a_first_line_serves_as_title() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"en": ("film",)}}

    assert "in the title" in why("A new film\n\nTwo are wounded. It is sad.", **rule)
    assert found("A new film.\n\nTwo are wounded. It is sad.", **rule) == ["wounded"]


@pytest.mark.parametrize(
    "text",
    ["Breaking! Two killed\n\nIt rained.", "\n\nTwo killed\n\nIt rained.", "Two killed\r\n\r\nIt rained."],
)
def test_the_whole_first_line_serves_as_title(text: str) -> None:
    assert found(text, terms={"en": ("title:killed",)}) == ["killed"]
    assert found(text, terms={"en": ("title:rain",)}) == []


def test_a_category_made_of_others_keeps_its_parties_and_a_guard_its_name() -> None:
    categories = [
        CategoryConfig(id="inner", terms={"en": ("allegedly",)}),
        CategoryConfig(id="outer", terms={"any": ("@inner",)}, parties=("AZ",), guard=True),
    ]
    for term in ("@outer", "@outer NEAR/3 wounded"):
        book = Rulebook([RuleConfig(id="r", terms={"en": (term,)})], categories)
        assert not book.explain("Allegedly wounded.", ORIGIN).alert
        verdict = book.explain("Allegedly wounded.", Origin(id="x", kind="rss", name="x", party="AZ"))
        assert verdict.alert
        assert [guard.guard for guard in verdict.guards] == ["outer"]


def test_guards_are_shown_wherever_they_stand_and_for_the_parties_they_are_for() -> None:
    verdict = book(terms={"any": ("@hurt",)}).explain("It is disinformation. Allegedly ten were wounded.", ORIGIN)

    assert verdict.alert
    assert [(guard.guard, guard.words) for guard in verdict.guards] == [("denial", "disinformation")]
    other = Origin(id="x", kind="rss", name="x", party="AZ")
    guards = book(terms={"any": ("@hurt",)}).explain("Allegedly ten were wounded.", other).guards
    assert [guard.guard for guard in guards] == ["rumour"]


def test_a_guard_says_what_it_cancels() -> None:
    rule = {"terms": {"en": ("casualties",)}, "unless": {"any": ("@denial",), "en": ("no casualties",)}}
    verdict = book(**rule).explain("No casualties.", ORIGIN)

    assert verdict.guards == (
        Guard(guard="unless", field="text", start=0, end=13, words="No casualties", cancels=("casualties",)),
    )


def test_a_post_in_several_languages_says_so() -> None:
    text = "The soldiers of the army have been wounded. Наши солдаты были ранены вчера вечером у границы."

    assert book(terms={"any": ("@hurt",)}).explain(text, ORIGIN).languages == ("en", "ru")


PIECES = [
    "exercise killed ",
    "killed. exercise. ",
    "Goris killed ",
    "soldier ",
    "killed ",
    "exercise ",
    "allegedly ",
    "1 ",
    "soldier killed. ",
    "exercise\n",
    "Goris ",
    "а́" * 20,
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Ten times the text takes about ten times the time: with anything quadratic in it, a hundred times."""
    rules = book(
        terms={"any": ("@forces NEAR/5 @hurt", "@hurt", "@exercises^-1", "# soldier", "/(a|aa)+$/", "/a(.*b)?/")},
        unless={"any": ("@exercises",)},
        when="@hurt and within:40km:goris or not @denial",
    )

    def spent(times: int) -> float:
        text = piece * times
        began = time.process_time()
        rules.explain(text, ORIGIN)
        return time.process_time() - began

    spent(10)
    short = min(spent(500) for _ in range(3))
    assert min(spent(5_000) for _ in range(2)) < 35 * max(short, 0.0005)
