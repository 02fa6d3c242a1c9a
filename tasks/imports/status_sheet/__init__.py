"""The list of assignments as an Excel file: out, filled in, and back."""
