"""Vendors' systems in small: servers on this machine that speak their HTTP contracts, with faults on demand."""
