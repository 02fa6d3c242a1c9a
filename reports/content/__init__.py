"""What a report says: its rows, the figures made of them, its words. Never files or pages."""
