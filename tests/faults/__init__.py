"""A far side that does everything wrong: one named case for each wrong, and what has to come of it.

case      what a case is: data
speech    the words a script is made of
names     the names of the test world, and where they lead
guards, bombs, slow, malformed, heavy, lying, storms, walls, encodings, texts
          the cases, one family a file
cases     all of them, and docs/faults.md
far_side  the servers that play them, and the canary that nobody may touch
"""
