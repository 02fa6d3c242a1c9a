"""Who is next: drafts made ready, notices, reminders, e-mails. Never what a report says."""
