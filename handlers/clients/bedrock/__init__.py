"""The client of Amazon Bedrock: a language model reads what customers write. Optional, and off by default."""
