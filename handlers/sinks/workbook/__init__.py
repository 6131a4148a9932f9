"""A close as a workbook for people: a portfolio to forward, metrics, data quality, and what each column is."""
