"""Who is told of an alert, when, and together with what. Pure: alert, policy and clock in, decision out.

settings   what an operator writes
selector   which alerts a route or a silence means
routes     where an alert goes; `mistakes` finds routes that cannot work
incident   which alerts are about one event, and what cannot wait
silence    what nobody is told for a while
quiet      hours of peace
limit      how many messages a channel gets
desk       the decision on one delivery: now, later or never, and with what
digest     one alert of several
escalation who is called next
clock      moments as people say them
"""
