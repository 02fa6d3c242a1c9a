"""Tasks of a document, and who is given them by when.

How the work goes is told in ``tasks.reporting``.
"""
