"""The desk as files: portfolio, accounts and report, to be opened without a server."""
