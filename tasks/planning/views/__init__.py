"""The coordinators' pages.
"""
