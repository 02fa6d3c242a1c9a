"""Work that changes hands because somebody leaves, or because an agency is merged into another.

Roles are changed in ``provinces.members``.
"""
