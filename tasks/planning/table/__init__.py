"""The coordinator's table of one document: rows found and ticked, one act on all of them, its undo.

One task at a time is planned in ``tasks.planning.views``.
"""
