"""What must be recomputed, and who works it off beside the web.

What follows from a change is registered by the floors above.
"""
