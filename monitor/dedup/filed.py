"""Where and when an agency filed what it took over, at the beginning: `YEREVAN, 16 November. /AGENCY/.` Pure.

It says nothing of what happened. Only cities from which news is filed are known here: a village in capitals may be the
place of the fight.
"""

from __future__ import annotations

import re

from monitor.dedup.words import small

_CITIES = frozenset(
    small("""
yerevan baku ankara istanbul moscow tbilisi tehran brussels washington paris geneva vienna
ереван баку анкара стамбул москва тбилиси тегеран брюссель вашингтон париж женева вена
երևան բաքու անկարա ստամբուլ մոսկվա թբիլիսի թեհրան բրյուսել վաշինգտոն փարիզ ժնև վիեննա
bakı İstanbul moskva tiflis tehran brüssel vaşinqton paris cenevrə vyana
erivan bakü moskova tahran brüksel vaşington cenevre viyana
erevan bakou moscou tbilissi téhéran bruxelles genève vienne
""").split()
)
_FILED = re.compile(
    r"(?P<city>[^\W\d_]{3,12})"
    r"(?:, [^\W\d_]{4,20}(?=,))?"  # the country
    r"(?P<day>[,.]? (?:\d{1,2} [^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2})(?:,? \d{4})?)?"
    r"(?P<agency>[,.]? ?(?:/[^/\n]{2,30}/|\([^()\n]{2,30}\))|, [^\W\d_]{3,20}(?=[.:։\n]|$))?"
    r" ?(?:[.:։]|[—–-](?=\s)|(?=\n))(?: ?/[^/\n]{2,30}/[.:։]?)?(?:\s?[—–-](?=\s))?\s*"
)


def unfiled(text: str) -> str:
    """Return a text without where and when it was filed; as it is where that is not sure."""
    found = _FILED.match(text)
    if not found or small(found["city"]) not in _CITIES:
        return text
    sure = found["city"].isupper() or found["day"] or found["agency"]
    return text[found.end() :] if sure else text
