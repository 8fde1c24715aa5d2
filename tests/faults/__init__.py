"""Fault runs: the whole system as processes, struck at random while it decides; a checker of its own counts what is there.

`make test-faults` runs the long form; a quick one is among the tests.
"""
