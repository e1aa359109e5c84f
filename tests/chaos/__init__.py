"""Proof of delivery: real daemons on a real store, killed at random, and every alert counted at the far side.

python -m tests.chaos --help
"""
