"""The audit as Ops read it: who did what at the desk, when and why."""
