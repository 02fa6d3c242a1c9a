"""What surrounds every committee page: its day, its places, its cache.

What a page says lives in ``dashboards.pages``.
"""
