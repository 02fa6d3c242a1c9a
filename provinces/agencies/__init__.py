"""Agencies made, changed and renamed by the coordinators of their places.

Mergers are told in ``tasks.staffing``: they bear on work.
"""
