"""One module for each page: what it reads and how it answers.

Nothing is written from here.
"""
