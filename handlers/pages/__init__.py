"""Pages for people: one self-contained file of HTML each, with pictures drawn here."""
