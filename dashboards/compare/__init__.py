"""Two to five areas side by side, for one document and its targets.

Figures come from the modules of the pages; here they only stand beside each other.
"""
