"""The demo world: two universities, four courses, twelve mentors and their students, driven through the services.

Everything comes from constants and from `random.Random` with fixed seeds, so two runs make the same world. `manage.py
seed_demo` makes it; `faults.PLANTED` says what the rules will find in it.
"""
