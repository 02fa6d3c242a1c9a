"""Pages of the committees: find for this reader, serve."""
