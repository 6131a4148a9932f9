"""Checks of what the product needs: each system asked, read-only, whether it gives and takes what config names."""
