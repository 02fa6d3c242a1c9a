"""Files of readings: sent, looked through, applied chunk by chunk, the refused rows given back.

What a reading must be is said in ``indicators.recording``.
"""
