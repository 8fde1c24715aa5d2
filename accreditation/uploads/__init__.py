"""Uploaded files: which kinds are taken, and the checks before a byte is kept.

`kinds` says what is allowed and how each kind begins, `checks` looks into a file (standard library, pikepdf, Pillow and
puremagic only: no Django, no network), `limited` runs those checks in a process with limits. `names` cleans file names.
"""
