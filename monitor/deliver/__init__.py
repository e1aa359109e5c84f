"""How alerts reach people: one courier for each channel, and what calls the next while nobody has an incident in hand.

courier     carries what waits for one channel
sorting     asks the channel's policy: now, later, together with what, or never
patience    how long to wait after a failure, and when to give up: pure
escalation  calls whoever is next
"""

from monitor.deliver.courier import Courier
from monitor.deliver.escalation import Escalation
from monitor.deliver.patience import again, rest

__all__ = ["Courier", "Escalation", "again", "rest"]
