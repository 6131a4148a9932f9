"""Calibration on made-up portfolios, and what is measured on many of them: `make trust-bench`."""
