"""What makes two posts the same, two texts the same words, and two posts one statement in two coats. Pure.

versions   when a text is a new version of itself, and when two say the very same words; words: these as letters
difference what one version says that another does not, by words; summary: in one line and its sentence
flapping   what changes on a page though nobody says anything
marked     what an agency itself says of a version
coat       what a place hangs around a statement, taken off; filed: what an agency puts before it
likeness   whether two places say one statement
elsewhere  where else a statement was said before
copies     whether a post retells another, or says anything else: weighty words and spelling decide
phrases    what a text is made of, for that: sentences, and what of their words carries them
numerals   how numbers are written, in figures and in words
translation  whether a post says in another language what another says; anchors, sounds: what languages share
retold     whether a post tells in its own words what another of its party told; telling: what that cannot change
near       of the posts that share words those that a post is a near copy of; shingles: how these are found
"""

from monitor.dedup.coat import bare
from monitor.dedup.copies import Copied, copy_of
from monitor.dedup.difference import difference
from monitor.dedup.elsewhere import Said, elsewhere, place, places, repeat, same_as
from monitor.dedup.flapping import stated, worded
from monitor.dedup.likeness import marks, same_statement
from monitor.dedup.marked import Marked, continued, marked_version, unmarked
from monitor.dedup.near import near
from monitor.dedup.retold import Retelling, retelling
from monitor.dedup.shingles import bands
from monitor.dedup.summary import change
from monitor.dedup.translation import language, translated, translation_marks, translation_of
from monitor.dedup.versions import content_hash, fingerprint

__all__ = [
    "Copied",
    "Marked",
    "Retelling",
    "Said",
    "bands",
    "bare",
    "change",
    "content_hash",
    "continued",
    "copy_of",
    "difference",
    "elsewhere",
    "fingerprint",
    "language",
    "marked_version",
    "marks",
    "near",
    "place",
    "places",
    "repeat",
    "retelling",
    "same_as",
    "same_statement",
    "stated",
    "translated",
    "translation_marks",
    "translation_of",
    "unmarked",
    "worded",
]
