"""The monitor of official statements.

Read in this order: `model` (the values that travel), `app` (how the parts are put together), then the journey of
one post: `schedule`, `poll`, `sources/`, `store/`, `judge`, `rules/`, `deliver`, `notifiers/`, `web/`.
"""

__version__ = "0.1.0"
