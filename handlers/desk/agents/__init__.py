"""The desk for agents: the same queries and roles as the pages, as tools of the Model Context Protocol."""
