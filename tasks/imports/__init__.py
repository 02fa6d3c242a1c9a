"""Files that come in: a document's list of tasks, and the list of assignments filled in with Excel.

How a file is opened is told in ``core``.
"""
