"""Settings, addresses and the processes' entry points."""
