"""How a target is judged: goal, series, trend, pace, verdict. Values in, values out.

No row is read here; ``targets.inputs`` makes the values from rows.
"""
