"""`when`: what may be written, what it means, and what is said of the rest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules import query
from monitor.rules.query import Known, Leaf, Not, Said, Some, Within

A, B, C = Said("@a", "any", None), Said("@b", "any", None), Said("@c", "any", None)


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("@a", A),
        ("@a and @b", Some(2, (A, B))),
        ("@a and @b or @c", Some(1, (Some(2, (A, B)), C))),
        ("@a and (@b or @c)", Some(2, (A, Some(1, (B, C))))),
        ("not @a AND not not @b", Some(2, (Not(A), Not(Not(B))))),
        ("2 of (@a, @b, @c)", Some(2, (A, B, C))),
        ('"opened fire"', Said("opened fire", "any", None)),
        ('title:"heavy losses"', Said("heavy losses", "any", "title")),
        ('text:ru:"огонь" NEAR/3 @a', Said("огонь NEAR/3 @a", "ru", "text")),
        ("/BM-[0-9]+ (a|b)/", Said("/BM-[0-9]+ (a|b)/", "any", None)),
        ("party:AM and official", Some(2, (Known("party", "AM"), Known("official", "true")))),
        ("place:goris", Known("place", "goris")),
        ('party:"AM"', Known("party", "AM")),
        ('/BM-[0-9]+/ NEAR/3 "fire"', Said("/BM-[0-9]+/ NEAR/3 fire", "any", None)),
        ("within:7.5km:goris", Within(7.5, "goris")),
    ],
)
def test_what_is_read(written: str, node: query.Node) -> None:
    assert query.read(written) == node


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "there is nothing more"),
        ("@a and", "there is nothing more"),
        ("@a @b", "wanted is the end, or 'and', 'or', there is '@b' at character 4"),
        ("(@a or @b", "wanted is ')', there is nothing more"),
        ("3 of (@a, @b)", "a number from 1 to 2 before 'of'"),
        ("2 from (@a, @b)", "wanted is 'of', there is 'from' at character 3"),
        ("² of (@a, @b)", "there is '²' at character 1"),
        (f"{'9' * 5_000} of (@a)", "at character 1"),
        ('"border^-2"', "has a weight"),
        ("ru:@a", "ru: stands before no words"),
        ("language:english", "'english' is no language"),
        ("fire", '"words" in quotes'),
        ('""', '"words" in quotes'),
        ("within:goris", "like within:40km:goris"),
        ('color:"red"', "instead of color:"),
        ('"a" NEAR/3', '"words" in quotes'),
        ('"a" NEAR/99 "b"', "from 1 to 50"),
        ('"wo*"', "at least 3 letters"),
        ("/(/", "is no regular expression"),
        ("title:@a NEAR/3 text:@b", "one field and one language"),
        (f"{'(' * 40}@a", "at most 20 parentheses"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as caught:
        query.read(written)
    assert said in str(caught.value)


def truth(written: str, *said: Leaf) -> bool:
    return query.holds(query.read(written), lambda leaf, _: leaf in said)


def test_what_holds() -> None:
    assert truth("@a and (@b or @c)", A, C)
    assert not truth("@a and (@b or @c)", B, C)
    assert truth("@a and not @b", A)
    assert not truth("@a and not @b", A, B)
    assert truth("2 of (@a, @b, @c)", A, C)
    assert not truth("2 of (@a, @b, @c)", C)
    assert truth("not (@a or @b)", C)


def test_a_leaf_hears_whether_it_is_wanted() -> None:
    heard: list[tuple[Leaf, bool]] = []

    def asked(leaf: Leaf, wanted: bool) -> bool:
        heard.append((leaf, wanted))
        return leaf == A

    query.holds(query.read("@a and not (@b or not @c)"), asked)

    assert heard == [(A, True), (B, False), (C, True)]
    assert list(query.leaves(query.read("@a and not (@b or not @c)"))) == heard


@given(st.text(alphabet='ab@ ()"/,:0123456789nNEARotdfkm*|#=^', max_size=60))
def test_whatever_is_written_is_read_or_refused_in_a_sentence(written: str) -> None:
    with suppress(ValueError):
        read = query.read(written)
        assert list(query.leaves(read))
