"""The list of assignments as a file: out, filled in, and back."""
