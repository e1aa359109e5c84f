"""What makes two posts the same, two texts the same words, and two posts one statement in two coats. Pure.

versions   when a text is a new version of itself
words      when two texts say the very same words
coat       what a place hangs around a statement, taken off
likeness   whether two places say one statement
elsewhere  where else a statement was said before
"""

from monitor.dedup.coat import bare
from monitor.dedup.elsewhere import Said, elsewhere, place, places, repeat, same_as
from monitor.dedup.likeness import marks, same_statement
from monitor.dedup.versions import content_hash
from monitor.dedup.words import fingerprint

__all__ = [
    "Said",
    "bare",
    "content_hash",
    "elsewhere",
    "fingerprint",
    "marks",
    "place",
    "places",
    "repeat",
    "same_as",
    "same_statement",
]
