"""A document's list of tasks from a file: columns named, rows looked through, tasks made."""
