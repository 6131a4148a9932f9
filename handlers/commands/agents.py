"""`mcp`: the desk for agents, on this machine alone."""

from pathlib import Path

import click

from handlers.commands.session import Session, accounts_option


@click.command("mcp")
@accounts_option
@click.pass_obj
def mcp_command(session: Session, mapping: Path | None) -> None:
    """Serve the desk to an agent by the Model Context Protocol, over standard input and output.

    An agent's program starts this command itself; see docs/agents.md for what to put into its config. It has
    tools that only read: portfolio, morning, why, history, what_if and data_quality. Nothing but the protocol is
    written to stdout. It serves until stdin ends, or until Ctrl-C.

    \b
    Example:
      healthscore mcp --accounts mapping.csv
    """
    try:
        from handlers.commands.desk_home import home_of  # noqa: PLC0415  an extra, which other commands do not load
        from handlers.desk.agents.local import serve_agents  # noqa: PLC0415
        from handlers.desk.serving import local_desk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = f"serving agents needs {error.name}, which is not installed"
        raise click.ClickException(f"{missing}: pip install 'healthscore[mcp]', or make install") from error
    desk = local_desk(home_of(session, mapping))
    session.stderr.print("The desk answers agents on stdin and stdout, until stdin ends.", markup=False)
    serve_agents(desk)
