"""Work that changes hands: somebody leaves, an agency is merged into another.

Roles without work are changed in ``provinces.members``.
"""
