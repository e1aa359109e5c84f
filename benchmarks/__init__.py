"""How fast the monitor is, measured on the real daemon. `make bench`; docs/performance.md says what is measured."""
