"""Who is reminded of what: read for everybody at once, written to one person after the other."""
