"""The desk as files: they open without a server, say what the desk says, and no folder of somebody else is touched."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser

from handlers.cli import cli
from handlers.desk.audit import acts
from handlers.desk.export.folder import LIST, Folder, FolderError
from handlers.desk.export.places import Places, between
from handlers.desk.export.rewriting import alone
from tests.desk.aside import aside
from tests.desk.places import Place, place_of

PLACES = Places("2026-10", "2026-10")
ID = "0015f00000YtSBWAA3"


@dataclass(frozen=True)
class Exported:
    """An export of the demo's year, and what was said of it."""

    folder: Path
    store: Path
    said: Result

    @property
    def pages(self) -> list[Path]:
        """List its pages."""
        return sorted(self.folder.rglob("*.html"))


def export(store: Path, folder: Path) -> Result:
    """Export the desk of a store."""
    words = ["--store", f"sqlite:///{store}", "desk", "--export", str(folder)]
    return aside(lambda: CliRunner().invoke(cli, words))


@pytest.fixture(scope="module")
def exported(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Export a copy of the demo's year."""
    folder = tmp_path_factory.mktemp("export")
    store = folder / "healthscore.db"
    store.write_bytes(pristine.read_bytes())
    return Exported(folder / "files", store, export(store, folder / "files"))


def test_it_says_what_it_wrote(exported: Exported) -> None:
    """How many pages, where, and what to open; and the audit has it."""
    assert exported.said.exit_code == 0, exported.said.output
    pages, index = len(exported.pages), exported.folder / "index.html"
    assert exported.said.stdout == f"{pages} pages in {exported.folder}: open {index}\n"
    with place_of(exported.store).store() as store:
        assert ("export made", "pages as files") in [(one.act, one.subject) for one in acts(store)]


def test_there_is_a_page_for_each_account_and_one_for_the_report(exported: Exported, place: Place) -> None:
    """And the portfolio in its views; what they load stands beside."""
    with place.store() as store:
        known = {one.account_id for one in store.summaries("2026-10")}
    assert {page.stem for page in (exported.folder / "accounts").iterdir()} == known
    assert {"index.html", "all.html", "report.html", "risk.html"} <= {page.name for page in exported.pages}
    assert (exported.folder / "assets" / "desk.css").is_file()
    listed = json.loads((exported.folder / LIST).read_text())["files"]
    there = {path.relative_to(exported.folder).as_posix() for path in exported.folder.rglob("*") if path.is_file()}
    assert {*listed, LIST} == there


def test_every_link_leads_to_a_file_and_nothing_needs_a_server(exported: Exported) -> None:
    """No form, no script, no address of the server; each page names another only by its way to it."""
    for page in exported.pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(script|form|button|dialog|noscript)\b", text), page
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            if link.startswith(("#", "https://")):
                continue
            assert not link.startswith("/"), (page, link)
            assert (page.parent / link.partition("#")[0]).resolve().is_file(), (page, link)


def test_a_page_says_what_the_desk_says(exported: Exported, place: Place) -> None:
    """Score and tier of an account; and that it is a copy of an instant."""
    with place.store() as store:
        one = next(one for one in store.summaries("2026-10") if one.final_score is not None)
    text = (exported.folder / "accounts" / f"{one.account_id}.html").read_text(encoding="utf-8")
    assert f"{one.final_score:.1f}" in text
    assert "A copy of 20" in text


def test_it_may_be_made_again_and_what_is_gone_goes(year: Path, tmp_path: Path) -> None:
    """An earlier export is replaced; a file of somebody else is never written over, nor is one taken away."""
    folder = tmp_path / "files"
    first = Folder(folder)
    for name in ("accounts/old.html", "index.html"):
        first.write(name, b"old")
    first.finish()
    second = Folder(folder)
    second.check()
    second.write("index.html", b"new")
    second.finish()
    assert not (folder / "accounts" / "old.html").exists()
    assert (folder / "index.html").read_bytes() == b"new"
    (folder / "letter.doc").write_text("mine")
    with pytest.raises(FolderError, match=r"files of somebody else \(letter.doc\)"):
        Folder(folder).check()
    refused = export(year, folder)
    assert refused.exit_code == 1
    assert "letter.doc" in refused.stderr
    assert (folder / "index.html").read_bytes() == b"new"


def test_a_file_is_no_folder_and_a_list_of_another_kind_is_none_of_ours(tmp_path: Path) -> None:
    """Each is refused by its name."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderError, match="is a file"):
        Folder(tmp_path / "file").check()
    (tmp_path / LIST).write_text("[1]")
    with pytest.raises(FolderError, match="not one that an export wrote"):
        Folder(tmp_path).check()


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/?view=morning&csm=all", "index.html"),
        ("/?view=risk&page=2", "risk-2.html"),
        ("/?view=all&tier=At+Risk", "all-at-risk.html"),
        ("/?view=fell&tier=At+Risk", None),
        ("/?view=all&sort=name", None),
        ("/?view=../../etc", None),
        ("/?view=all&page=0", None),
        (f"/accounts/{ID}", f"accounts/{ID}.html"),
        (f"/accounts/{ID}?period=2026-10&back=%2F", f"accounts/{ID}.html"),
        (f"/accounts/{ID}?period=2026-09", None),
        (f"/accounts/{ID}/trend.json", None),
        ("/accounts/..%2F..%2Fetc", None),
        ("/accounts/", None),
        ("/report/2026-10", "report.html"),
        ("/report/2026-09", None),
        ("/report/2026-10.csv", None),
        ("/static/0123abcd/desk.css", "assets/desk.css"),
        ("/static/0123abcd/../../x.css", None),
        ("/quality", None),
        ("//evil.example/", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_file_is_named_by_ids_and_words_of_ours(address: str, file: str | None) -> None:
    """Never by what somebody wrote; what is not exported has no file."""
    assert PLACES.file(address) == file


def test_the_way_from_file_to_file() -> None:
    """Out of the folder of accounts and into it."""
    assert between("accounts/A.html", "index.html") == "../index.html"
    assert between("index.html", "accounts/A.html") == "accounts/A.html"
    assert between("accounts/A.html", "accounts/B.html") == "B.html"


@pytest.mark.parametrize(
    ("page", "made"),
    [
        ('<a class="x" href="/gone">Text &amp; more</a>', '<span class="x">Text &amp; more</span>'),
        ('<a href="/there#part"><b>Text</b></a>', '<a href="there.html#part"><b>Text</b></a>'),
        ('<a class="button" href="/gone.csv">CSV</a>!', "!"),
        ('<p><a href="/quality">Data quality</a></p>', "<p></p>"),
        (
            '<a href="https://crm.example/x" rel="noreferrer">CRM</a>',
            '<a href="https://crm.example/x" rel="noreferrer">CRM</a>',
        ),
        ('<a href="javascript:alert(1)">x</a>', "<span>x</span>"),
        ("<form><form></form><p>x</p></form><p>y</p>", "<p>y</p>"),
        ("<script>if (1 < 2) document.write('<p>')</script>z", "z"),
        ("<details data-served><summary>Save</summary><p>x</p></details>z", "z"),
        ('<svg viewBox="0 0 1 1"><use href="#a"/></svg>', '<svg viewBox="0 0 1 1"><use href="#a"/></svg>'),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt; &#39;</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &#39;</p>"),
        ('<link rel="preload" href="/there"><link rel="icon" href="/there">', '<link rel="icon" href="there.html">'),
        (
            '<nav class="sections"><a href="/gone">G</a><a href="/there">T</a></nav>',
            '<nav class="sections"><a href="there.html">T</a></nav>',
        ),
        ("<main>x</main>", '<main>\n<p class="note">a &lt;note&gt;</p>x</main>'),
    ],
)
def test_a_page_stands_alone(page: str, made: str) -> None:
    """All as it stands, but for links, forms and scripts; what was text stays text."""

    def lead(address: str) -> str | None:
        return "there.html" if address.partition("#")[0] == "/there" else None

    assert alone(page, lead, "a <note>") == made


def test_the_files_open_in_a_browser(exported: Exported, browser: Browser) -> None:
    """Without a server: style is loaded, a link leads on, and back."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text))
    page.on("requestfailed", lambda asked: faults.append(asked.url))
    page.goto((exported.folder / "all.html").as_uri())
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/accounts/*.html", wait_until="load")
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    page.get_by_role("link", name="Portfolio").first.click()
    page.get_by_role("link", name="Report").click()
    assert "Customer health, October 2026" in page.locator("h1").inner_text()
    assert faults == []
    page.close()
