"""Screens in control rooms and their keys, for the coordinator of their area.

What a screen shows lives in ``dashboards.wall``.
"""
