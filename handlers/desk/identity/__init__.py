"""Who is who: pairs of accounts and owners, verified or rejected by people."""
