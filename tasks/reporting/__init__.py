"""What officers and reviewers say: reports, reviews, evidence, more time, obstacles.

Who has which work is decided in ``tasks.planning``.
"""
