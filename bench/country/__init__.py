"""The country that is measured: its rows, the databases they are kept in, its people."""
