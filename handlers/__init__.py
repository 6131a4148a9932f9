"""The doors: each file is one Lambda function, or the command line."""
