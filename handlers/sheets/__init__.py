"""Spreadsheets that people export: their cells, columns and rows, read as what they are or refused by name."""
