"""What surrounds every request: middleware, health, checks of the settings, the server.

Nothing here answers a question about the resolution.
"""
