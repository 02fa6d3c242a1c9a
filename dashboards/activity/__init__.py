"""The log of activity for coordinators: a page with filters, and the same as a file.

What is logged is written in ``core.audit``.
"""
