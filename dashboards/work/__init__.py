"""Parts that several committee pages are made of: what is late, what is coming, what changed.

Pages themselves live in ``dashboards.pages``; but for the one of communes.
"""
