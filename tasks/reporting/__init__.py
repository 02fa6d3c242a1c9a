"""What officers and reviewers enter: reports, reviews, evidence, extensions, obstacles.

Who has which work is decided in ``tasks.planning``.
"""
