"""Tables that are sent, given back or shipped: Excel and CSV within limits, the steps of an import,
fixtures. What their columns mean is said on the floors above.
"""
