"""The pages on which it is said."""
