"""Vendors' clients: what is asked of each system, over the network."""
