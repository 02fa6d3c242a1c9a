"""What several pages add up: counts, their parts, how they grew.

Rows are counted in ``tasks.completion``.
"""
