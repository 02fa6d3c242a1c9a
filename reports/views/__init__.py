"""Pages of reporting. Never what a report says, nor who may freeze it."""
