"""Connected systems: who they are, what they may touch, their keys.

How a key is checked is told in ``core.api``.
"""
