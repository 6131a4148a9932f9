"""OpenID Connect: who signs in at the desk, by the company's own identity provider."""
