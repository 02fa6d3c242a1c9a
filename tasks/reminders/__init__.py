"""Reminders: the daily mail to each person, and the notices on a person's pages."""
