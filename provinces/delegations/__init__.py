"""Roles lent from day to day.

Roles that last are told in ``provinces.members``.
"""
