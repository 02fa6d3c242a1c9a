"""The people of a coordinator's places: found, given roles, shut out, let in again.

How an account comes into being is told in ``provinces.accounts``.
"""
