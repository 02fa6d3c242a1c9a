"""Tasks of a document, and who is given them by when.

What is reported on them lives in ``tasks.reporting``.
"""
