"""Sums that several pages need: counts, their parts, their growth.

Rows are counted in ``tasks.completion``.
"""
