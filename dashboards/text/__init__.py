"""Figures, comparators and verdicts in the reader's words.

Nothing is computed here but roundings for the eye.
"""
