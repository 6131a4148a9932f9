"""What a remote system gives, turned into our own queue messages: no store, no clock."""
