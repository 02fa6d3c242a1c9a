"""When reports are due and who has not handed one in. Never what a report says."""
