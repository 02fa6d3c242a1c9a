"""Every page and every GET of the API: cold, warm and while figures come in."""
