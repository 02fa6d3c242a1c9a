"""The state and status of an assignment, from its reports, reviews and due days.

How many are in a state is counted in ``tasks.completion``.
"""
