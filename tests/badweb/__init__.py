"""A web of hostile sites on one loopback port, and what an archive should make of each."""
