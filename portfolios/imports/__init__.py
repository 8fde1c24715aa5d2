"""Files of scans: which column holds what, cells as values of the log, and lines told apart into good, bad and known.

`columns` knows headings, `cells` reads what stands below them, `sieve` works through a file.
"""
