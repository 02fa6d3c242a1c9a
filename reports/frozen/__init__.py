"""Figures that were reported: frozen, compared, corrected beside and never in place."""
