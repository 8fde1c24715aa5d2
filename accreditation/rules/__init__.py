"""The five position statements as code: pure functions from facts to findings.

Only the standard library; no clock, no database. `evaluate.py` is the door; `ps1_applicants.py` to
`ps5_learning.py` are the statements, one function a clause, in the order of the standard.
"""
