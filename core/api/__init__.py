"""What all of /api/v1/ shares: who calls, how often, once only, and the one shape of an error.

The addresses themselves live with their subjects.
"""
