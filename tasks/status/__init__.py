"""What state an assignment is in, from its reports, reviews and due days.

How many are in a state is counted in ``tasks.completion``.
"""
