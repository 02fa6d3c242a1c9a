"""How a reading comes in, by hand or from a system: checked, compared with what was usual, written.

Files of readings are told in ``indicators.files``.
"""
