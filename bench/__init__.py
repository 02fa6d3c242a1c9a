"""Speed as ratios: each subject beside its yardstick, in one run, on the same machine."""
