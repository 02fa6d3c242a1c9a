"""Readings by the million: page by page, and in one table or one for each year."""
