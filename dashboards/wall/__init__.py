"""The pages of a screen in a control room.

Who may have such a screen lives in ``provinces.displays``.
"""
