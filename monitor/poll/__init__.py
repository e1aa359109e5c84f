"""One poll: ask the source, admit what is new, decide how it is and when it is due, keep the bookmark last.

once      the poll itself: the only file here that acts
earlier   going back through older pages where a window has moved too far
state     how a source is after an answer or a failure: pure
watch     what an answer says against the source's habit and target: pure
due       when it is asked again, and why then: pure
gone      which posts have disappeared: noted by a poll, looked at beside it
notify    what its operators must be told: pure
outlook   whether it is us who are cut off, and not our sources
tell      the log's lines
"""

from monitor.poll.gone import Looks
from monitor.poll.once import Polled, poll
from monitor.poll.outlook import Outlook
from monitor.poll.tell import tell

__all__ = ["Looks", "Outlook", "Polled", "poll", "tell"]
