"""Figures that were compiled: the same value, of exactly the files beside them, without what reads those."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.compiled import COMPILED, READ, bundled_config, compile_config, compiled, read_compiled, this_program
from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY, load_config
from config.model_text import model_text, version_of
from handlers.deploying.commands import commands
from tests.config.conftest import told
from tests.config.folders import change

ROOT = Path(__file__).parents[2]
WITHOUT = "import sys; sys.modules['pydantic'] = sys.modules['yaml'] = None; "
OPENED = """
import sys
from pathlib import Path
from config.loader import load_config
opened = set()
sys.addaudithook(lambda event, said: opened.add(str(said[0])) if event == "open" else None)
load_config(Path("{0}"))
print(*(Path(name).name for name in opened if name.startswith("{0}") and not name.endswith((".py", ".pyc"))))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of the product's figures, compiled."""
    figures = tmp_path / "config"
    figures.mkdir()
    for name in READ:
        shutil.copy(DEFAULT_DIRECTORY / name, figures)
    compile_config(figures)
    return figures


def test_what_is_read_is_the_same_value(folder: Path) -> None:
    """Each figure, its type and its place; the model has the same version."""
    config = read_compiled(folder)
    assert config == bundled_config(folder) == load_config(DEFAULT_DIRECTORY)
    assert told(config) == told(load_config(DEFAULT_DIRECTORY))
    assert config is not None
    assert version_of(model_text(config.model)) == config.model.version


def test_neither_pydantic_nor_yaml_is_needed(folder: Path) -> None:
    """Where they cannot be imported the figures are read all the same."""
    code = f"{WITHOUT}from pathlib import Path; from config.compiled import bundled_config; "
    code += f"print(bundled_config(Path({str(folder)!r})).model.version)"
    assert _run(code) == load_config(DEFAULT_DIRECTORY).model.version


def test_the_files_of_the_digest_are_all_that_a_config_is_made_of() -> None:
    """No file is opened that could change unnoticed."""
    assert set(_run(OPENED.format(DEFAULT_DIRECTORY)).split()) == set(READ)


@pytest.mark.parametrize("name", READ)
def test_other_files_are_read_themselves(folder: Path, name: str) -> None:
    """A single byte that is another, even in a comment, and what was compiled is passed over."""
    path = folder / name
    path.write_text(f"{path.read_text()}# looked at\n")
    assert read_compiled(folder) is None
    assert bundled_config(folder) == load_config(DEFAULT_DIRECTORY)


def test_a_changed_figure_holds_at_once(folder: Path) -> None:
    """Whatever was compiled before."""
    change(folder / "weights.yaml", "churn_risk: 0.60", "churn_risk: 0.70")
    change(folder / "weights.yaml", "platform_value: 0.40", "platform_value: 0.30")
    assert bundled_config(folder).model.churn_risk == 0.7


def test_a_file_that_went_or_came_is_another_config(folder: Path) -> None:
    """One that a folder may lack."""
    (folder / "alerts.yaml").unlink()
    assert read_compiled(folder) is None
    compile_config(folder)
    shutil.copy(DEFAULT_DIRECTORY / "alerts.yaml", folder)
    assert read_compiled(folder) is None


@pytest.mark.parametrize("damage", ["form", "digest", "half", "config", "figure", "byte", "none"])
def test_what_cannot_be_read_is_passed_over(folder: Path, damage: str) -> None:
    """Another form, another digest, a half file, a config that lacks something, another figure or byte, no file."""
    path = folder / COMPILED
    said = json.loads(path.read_bytes())
    if damage == "none":
        path.unlink()
    elif damage == "half":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "byte":
        path.write_bytes(path.read_bytes().replace(b'"digest":"', b'"digest":"\xff'))
    elif damage == "config":
        del said["config"]["model"]["caps"]
        path.write_text(json.dumps(said))
    elif damage == "figure":
        path.write_bytes(path.read_bytes().replace(b'"churn_risk":0.6', b'"churn_risk":0.9'))
    else:
        path.write_text(json.dumps(said | {damage: 0 if damage == "form" else "0"}))
    assert read_compiled(folder) is None
    assert bundled_config(folder) == load_config(DEFAULT_DIRECTORY)


def test_the_same_files_give_the_same_bytes() -> None:
    """However Python orders its sets: a bundle is the same where nothing has changed."""
    code = "from config.compiled import compiled; from config.loader import DEFAULT_DIRECTORY as here; "
    code += "from hashlib import sha256; print(sha256(compiled(here)).hexdigest())"
    assert len({_run(code, PYTHONHASHSEED=seed) for seed in ("1", "2", "3")}) == 1


def test_each_folder_of_figures_in_a_bundle_is_compiled(folder: Path) -> None:
    """An environment's own, too; a folder that lacks some of the files is none."""
    shutil.copytree(folder, folder / "staging", ignore=shutil.ignore_patterns(COMPILED))
    (folder / "draft").mkdir()
    shutil.copy(folder / "weights.yaml", folder / "draft")
    (folder / COMPILED).unlink()
    assert CliRunner().invoke(commands, ["compile-config", str(folder)]).exit_code == 0
    assert sorted(path.parent.name for path in folder.rglob(COMPILED)) == ["config", "staging"]
    assert read_compiled(folder / "staging") == load_config(DEFAULT_DIRECTORY)


def test_a_program_that_was_changed_reads_the_files(folder: Path) -> None:
    """The command line's: what a newer program makes of the same files may be another config."""
    compile_config(folder, "this")
    assert read_compiled(folder, "this") == load_config(DEFAULT_DIRECTORY)
    assert read_compiled(folder, "that") is None
    assert read_compiled(folder) is None


def test_a_program_is_another_when_a_file_of_it_is(tmp_path: Path) -> None:
    """A source that is changed, touched or added."""
    for package in ("config", "scoring"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
    code += "from config.compiled import this_program; print(this_program())"
    before = _run(code)
    assert _run(code) == before
    (tmp_path / "scoring" / "new.py").touch()
    assert _run(code) != before


def test_explain_reads_what_was_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person waits for it: neither pydantic nor YAML is imported."""
    compile_config(folder, this_program())
    monkeypatch.chdir(folder.parent)
    code = f"{WITHOUT}from handlers.commands.proof import explain; from handlers.commands.session import Session; "
    code += "from pathlib import Path; "
    code += f"print(Session('sqlite:///none.db', Path({str(folder)!r}), quiet=True).config().model.version)"
    assert _run(code) == load_config(DEFAULT_DIRECTORY).model.version


def test_wrong_figures_end_a_build(folder: Path) -> None:
    """By name, before anything is deployed."""
    change(folder / "weights.yaml", "churn_risk: 0.60", "churn_risk: 0.70")
    with pytest.raises(ConfigError, match=r"weights\.yaml: health_score is"):
        compiled(folder)
    command = [sys.executable, "-m", "handlers.deploying", "compile-config", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 1
    assert "weights.yaml: health_score is" in done.stderr
    assert "Traceback" not in done.stderr


def _run(code: str, **environment: str) -> str:
    """Run code in a process of its own; give what it prints."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
