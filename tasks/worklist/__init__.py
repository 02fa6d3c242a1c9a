"""The list of assignments that officers work from: what its address asks for, its rows, its page.

What is done to a row is told in ``tasks.reporting``.
"""
