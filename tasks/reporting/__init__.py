"""What officers and reviewers say of an assignment: reports, reviews, evidence, more time, obstacles.

Who has which work is decided in ``tasks.planning``.
"""
