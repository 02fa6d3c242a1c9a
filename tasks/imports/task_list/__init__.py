"""A document's list of tasks from a file: columns told, rows looked through, tasks made."""
