"""How numbers, names and Vietnamese words are read, compared and written.

Nothing here knows a request or what a number measures.
"""
