"""The list of assignments that officers work from: what its address asks for, and its rows.

What officers do with a row is in ``tasks.reporting``.
"""
