"""Tests of what a customer's text says."""
