"""A real daemon for an hour on two thousand sources, a fifth of which misbehave: what grows, who waits, what is lost.

python -m tests.soak --help

plan     how large a run is
crowd    the far side: every source on an address of the loopback, good ones and moody ones
sinks    where the alerts arrive
samples  what the daemon's processes hold, every ten seconds
verdict  what it all proves: pure
report   the table: pure
hour     the run itself
"""
