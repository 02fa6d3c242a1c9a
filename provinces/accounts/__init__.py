"""New accounts, one or a whole list from a file, each with a one-time code on a slip.

Signing in is in ``core.accounts``.
"""
