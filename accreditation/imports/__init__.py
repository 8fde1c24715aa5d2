"""Tables that people bring in and take out as files, CSV and Excel, for whichever app knows their columns.

`cells` makes cells harmless, `tables` reads, `writing` writes, `keeping` holds a file for as long as it is needed.
"""
