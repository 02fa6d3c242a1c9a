"""Indicators and readings over REST.

Rules live in ``indicators.recording``.
"""
