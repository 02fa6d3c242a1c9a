"""Files that come in: a document's list of tasks, and the list of assignments filled in.

How a file is opened is said in ``core.tables``.
"""
