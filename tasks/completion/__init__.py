"""How many assignments have which status on any day: counted, kept as snapshots, added up.

Rates of completion are rounded here and nowhere else.
"""
