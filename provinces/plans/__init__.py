"""Documents with their phases and groups: made, changed, deleted.

Their targets and tasks live on the floors above, and so do the pages.
"""
