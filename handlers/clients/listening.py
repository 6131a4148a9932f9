"""A port of this machine that a server listens on."""

import socket


def listening(host: str, port: int) -> socket.socket:
    """Listen on a port, 0 for any free one: from here on callers wait and are not refused. Raises OSError."""
    return socket.create_server((host, port))
