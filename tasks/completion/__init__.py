"""How many assignments are what, on any day: counts from raw rows, kept as snapshots, added up.

No percentage is rounded elsewhere.
"""
