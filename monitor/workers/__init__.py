"""A few warm child processes that read foreign documents, so that a hostile one can kill a child and nothing else.

frames  what parent and child say to each other
child   what runs in the child
pool    children of one kind, started when first needed and replaced when they fail
lanes   `Workers`: a pool for everybody, and a child for the documents that take long
"""

import pyexpat

from monitor.workers.lanes import Workers

__all__ = ["Workers", "old_parser"]

_SOUND_EXPAT = (2, 7, 2)  # CVE-2024-8176 and CVE-2025-59375 are mended


def old_parser(version: tuple[int, int, int] = pyexpat.version_info) -> str | None:
    """Return what is to be said of the XML parser this Python came with; None if it is sound.

    An old one is no reason to refuse: what can kill it kills a child, which is started anew.
    """
    if version >= _SOUND_EXPAT:
        return None
    return (
        f"this Python reads XML with expat {'.'.join(map(str, version))}; a hostile feed can crash one before "
        f"{'.'.join(map(str, _SOUND_EXPAT))}, which then costs that feed its poll and nothing else"
    )
