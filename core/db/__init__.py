"""How rows are stored, locked, changed and written many at once, alike on both databases.

No table of the product is named here.
"""
