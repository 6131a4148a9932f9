"""`desk`: the web page, on this machine alone."""

from pathlib import Path

import click

from handlers.commands.session import Session, accounts_option
from handlers.words.figures import count

PORT = 8137


@click.command("desk")
@accounts_option
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Where it listens; 0: any free port."
)
@click.option(
    "--dead-letters",
    "letters",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where dead letters are, as ingest leaves them. Default: beside the store.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--export",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Serve nothing: write portfolio, accounts and report as files that open without a server.",
)
@click.pass_obj
def desk_command(
    session: Session,
    mapping: Path | None,
    letters: Path | None,
    folder: Path | None,
    *,
    port: int,
    no_browser: bool,
) -> None:
    """Serve the desk on this machine, and open it in a browser.

    The first line on stdout is its address, with a token that works once. It listens on 127.0.0.1 alone: nobody else
    can reach it. It serves until Ctrl-C.

    With --export it writes its pages into a folder instead, for whoever may run no server: open index.html there.
    They hold what the desk shows to you. A folder that holds anything but an earlier export is refused.

    \b
    Example:
      healthscore --store sqlite:///var/demo/healthscore.db desk
      healthscore desk --accounts mapping.csv --port 8137 --no-browser
      healthscore desk --export october
    """
    try:
        from handlers.commands.desk_home import home_of  # noqa: PLC0415  an extra, which other commands do not load
        from handlers.desk.export.exporting import export  # noqa: PLC0415
        from handlers.desk.export.folder import FolderError  # noqa: PLC0415
        from handlers.desk.serving import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = f"the desk needs {(error.name or '').partition('.')[0]}, which is not installed"
        raise click.ClickException(f"{missing}: pip install 'healthscore[desk]', or make install") from error
    home = home_of(session, mapping, letters)
    if folder is None:
        serve(home, port, opens=not no_browser)
        return
    try:
        pages = export(home, folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count(pages, 'page')} in {folder}: open {folder / 'index.html'}")
