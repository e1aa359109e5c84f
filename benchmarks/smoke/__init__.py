"""What the hot paths cost, counted and not timed, beside what was recorded: a guard against sliding back.

counted  instructions of Python, round trips, commands of the store, modules: the same however busy the machine is
pure     reading, matching, comparing
stored   admitting, polling, judging, delivering
record   the comparison; `record.json` has what was recorded
"""
