"""What officers and systems send to the real server, beside bare views and bare SQL."""
