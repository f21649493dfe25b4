"""Guards of promotion, each taken away to see that a test misses it: `make mutants`."""
