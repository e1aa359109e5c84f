"""The store: the only folder that knows Redis. Every part of the house meets the others here and nowhere else.

`Store` has one room for each thing it keeps:

    timetable   when each source is due; claimed with a lease
    posts       what was said: admit, read, follow
    alerts      what was raised
    outbox      what is on its way to each channel
    health      how each source and channel is
"""

from __future__ import annotations
