"""The server on a laptop: over standard input and output, for whoever started it, with every role."""

from handlers.desk.agents.asking import Asking
from handlers.desk.agents.server import agents_server
from handlers.desk.desk import Desk
from handlers.desk.laptop import local_person


def serve_agents(desk: Desk) -> None:
    """Serve until standard input ends; only the protocol is written to standard output."""
    person = local_person()
    agents_server(lambda _context, period: Asking(desk, person, period)).run("stdio")
