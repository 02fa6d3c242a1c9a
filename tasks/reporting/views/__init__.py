"""The pages of reports, reviews and what belongs to them."""
