"""Like obstacles of many units, put to the agency that can remove them, and its answer.

Single obstacles live in ``tasks.reporting``.
"""
