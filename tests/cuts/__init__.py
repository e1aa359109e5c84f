"""Polls cut at random instants while sources publish: is every post stored, and once?

python -m tests.cuts --help

plan    how large a run is, and what is published when
places  the far side: sources of several kinds, each a server of its own
weather what goes wrong between them and us
polls   real polls, cut at a random step of theirs
child   a process of polls, to be killed
verdict what it all proves: pure
report  the table: pure
run     the run itself
"""
