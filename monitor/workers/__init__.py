"""A few warm child processes that read foreign documents, so that a hostile one can kill a child and nothing else.

frames  what parent and child say to each other
child   what runs in the child
pool    children of one kind, started when first needed and replaced when they fail
lanes   `Workers`: a pool for everybody, and a child for the documents that take long
"""

from monitor.workers.lanes import Workers

__all__ = ["Workers"]
