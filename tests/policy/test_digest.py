from __future__ import annotations

from datetime import timedelta

from monitor.model import Alert, Joined, changed
from monitor.policy import digest, incident
from tests.policy.story import said
from tests.policy.test_selector import NOON


def alert(name: str, words: str, minutes: int = 0) -> Alert:
    return said(name, words.split(), NOON + timedelta(minutes=minutes))


A = alert("a", "AM border goris high ru", 5)
B = alert("b", "AZ casualties tavush az to=desk", 1)
N = alert("n", "AM notice low", 3)


def test_it_says_how_many_why_and_the_gravest() -> None:
    made = digest.alert([A, B, N], "from quiet hours", NOON, id="d")

    assert made.post.title == "2 statements, 1 notice from quiet hours, the gravest: Statement a"
    assert (made.id, made.post.kind, made.origin.kind, made.notice) == ("d", "digest", "digest", None)
    assert made.verdict.reasons == ("DIGEST: 2 statements, 1 notice from quiet hours",)


def test_it_has_a_paragraph_for_each_the_oldest_first() -> None:
    paragraphs = digest.alert([A, B, N], "x", NOON, id="d").post.text.split("\n\n")

    assert paragraphs == [
        "16 Nov 12:01 UTC · az-mod · medium · casualties · Statement b\nhttps://example.org/b",
        "16 Nov 12:03 UTC · NOTICE · source failing · am-mod · n",
        "16 Nov 12:05 UTC · am-mod · high · border · Statement a\nhttps://example.org/a",
    ]


def test_it_has_all_that_its_alerts_have() -> None:
    verdict = digest.alert([A, B], "x", NOON, id="d", to=["desk", "desk"]).verdict

    assert (verdict.severity, verdict.topics, verdict.to) == ("high", ("casualties", "border"), ("desk",))
    assert (verdict.languages, verdict.rules) == (("az", "ru"), ("casualties", "border"))
    assert [place.place for place in verdict.places] == ["tavush", "goris"]
    assert verdict.alert


def test_a_correction_says_what_it_changed() -> None:
    verdict = changed(B.verdict, reasons=("new numbers: 7; numbers gone: 4", "wound: “wounded”"))
    edit = changed(B, update=True, verdict=verdict)
    first, _ = digest.alert([edit, A], "x", NOON, id="d").post.text.split("\n\n")

    assert " · casualties · new version, new numbers: 7; numbers gone: 4 · Statement b\n" in first


def test_of_two_as_grave_what_could_not_wait_is_the_gravest() -> None:
    later = changed(alert("c", "AM casualties high", 7), incident=Joined(incident="i", adds="a correction"))

    assert digest.alert([A, later], "x", NOON, id="d").post.title == "2 statements x, the gravest: Statement c"


def test_of_many_the_gravest_are_named() -> None:
    many = [alert(f"a{n}", "AM border low", n) for n in range(60)] + [alert("z", "AM border critical", 99)]
    paragraphs = digest.alert(many, "x", NOON, id="d").post.text.split("\n\n")

    assert len(paragraphs) == 51
    assert "critical" in paragraphs[49]
    assert paragraphs[50] == "and 11 more"


def test_one_of_an_incident_belongs_to_it_and_adds_what_its_alerts_add() -> None:
    opened = incident.opened(A, NOON)
    first = changed(A, incident=Joined(incident=opened.id, adds="the first of AM on it"))
    made = digest.alert([first, B], "on one incident", NOON, id="d", incident=opened)
    plain = digest.alert([A], "that nobody has acknowledged", NOON, id="d", incident=opened)

    assert made.incident == Joined(incident=opened.id, number=1, adds="the first of AM on it", opened=NOON)
    assert plain.incident
    assert plain.incident.adds is None
    assert plain.post.title == "1 statement that nobody has acknowledged: Statement a"
    assert digest.count([made, A]) == "1 statement, 1 call"


def test_what_all_have_in_common() -> None:
    opened = incident.opened(A, NOON)
    made = digest.alert([A], "x", NOON, id="d", incident=opened)

    assert digest.of_one([made, changed(A, incident=made.incident)]) == opened.id
    assert digest.of_one([made, B]) is None
    assert digest.of_one([B]) is None


def test_its_party_and_office_are_those_of_all() -> None:
    assert digest.alert([A, A], "x", NOON, id="d").origin.party == "AM"
    assert digest.alert([A, B], "x", NOON, id="d").origin.party is None
    assert digest.alert([A, B], "x", NOON, id="d").origin.official
    assert not digest.alert([A, alert("c", "border")], "x", NOON, id="d").origin.official
