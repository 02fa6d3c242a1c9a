"""What must survive: real processes are killed while readings come in, and every row is counted."""
