"""Committee tables and charts as files. Their figures come from the modules of the pages."""
