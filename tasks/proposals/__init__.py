"""Proposals: similar obstacles of many units, put to the agency that can remove them.

Single obstacles live in ``tasks.reporting``.
"""
