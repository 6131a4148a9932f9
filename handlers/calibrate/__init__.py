"""Weights learned from what became of accounts: a proposal for people, never a change. Only here is numpy used."""
