"""Figures of one indicator typed like a grid: units by periods, each cell saved for itself.

What a cell says becomes a document that ``indicators.recording`` reads and records; nothing is
checked or written here that is not checked or written there.
"""
