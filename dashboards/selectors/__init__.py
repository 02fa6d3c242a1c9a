"""The only place where apps meet for reading: typed answers to what a page asks."""
