"""Days: today, the day that is asked for, periods, working days.

What is due on a day is said on the floors above.
"""
