"""How much a source usually publishes, by the hour of its week, and whether now is much less or much more. Pure.

Only time that was watched counts, for learning and for judging: a span in which we did not ask teaches nothing and
proves nothing. A cell is one hour of the week on the source's own clock, Monday's first hour is 0; a cell forgets
half of what it knows in four weeks of watching. Sparse sources have too few posts for 168 cells, so each cell leans
on its day and its hour of the day, and these on the whole week.

learning  `Habit`, what an answer teaches it, and what it expects
unusual   silences and bursts
"""

from monitor.habits.learning import Habit, expected, observed, published, rate, watched
from monitor.habits.unusual import Burst, Silence, burst, silence

__all__ = ["Burst", "Habit", "Silence", "burst", "expected", "observed", "published", "rate", "silence", "watched"]
