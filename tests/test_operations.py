"""Whoever is woken by an alarm finds what to do."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import jmespath  # type: ignore[import-untyped]
import pytest
from botocore import xform_name

from handlers.sources.intercom_topics import SILENT_TOPICS, TOPICS
from tests.guides import REHEARSED, blocks, calls, page, scripts, strangers

ROOT = Path(__file__).parents[1]
ALARMS = re.findall(r"AlarmDescription: (.+)", (ROOT / "template.yaml").read_text())
PAGE = page("operations")
BLOCKS = [block for name in REHEARSED for block in blocks(name)]
COMMANDS = sorted(
    {
        (service, operation, tuple(sorted(set(re.findall(r"(?<= )--([a-z][a-z-]+)", words)))))
        for name in REHEARSED
        for block in scripts(name)
        for service, operation, words in re.findall(
            r"\baws ([a-z0-9]+) ([a-z0-9-]+)((?:(?!\baws [a-z0-9]+ )[^;\n])*)", block.replace("\\\n", " ")
        )
    }
)
"""Each call of the AWS CLI on pages that are followed to the letter: service, operation, names of options."""

SERVICES = {"deploy": "codedeploy"}
"""Services that the CLI names otherwise than botocore."""

OF_THE_CLI = {
    ("logs", "tail"): {"since", "filter-pattern", "format"},
    ("s3", "cp"): {"recursive"},
    ("s3", "rb"): {"force"},
}
"""What the CLI makes of several calls."""

EVERYWHERE = {"query", "output", "cli-binary-format"}


@pytest.mark.parametrize("words", ALARMS)
def test_an_alarm_names_a_heading_of_the_operations_page(words: str) -> None:
    """Its words end in where to look, and that is there."""
    named = re.search(r"See docs/operations\.md, ([a-z ]+)\.$", words)
    assert named is not None
    assert f"## {named[1].capitalize()}" in PAGE.splitlines()


def test_each_function_is_heard_by_somebody() -> None:
    """The page names for each the alarms that its errors and throttles sound."""
    part = PAGE.partition("## Who hears a function")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", part, re.MULTILINE)
    template = (ROOT / "template.yaml").read_text()
    assert {name for name, _ in rows} == set(re.findall(r"FunctionName: !Sub \"\$\{Prefix\}-(\w+)\"", template))
    sections = {words.rpartition(", ")[2].rstrip(".") for words in ALARMS}
    for _, told in rows:
        assert set(re.findall(r"\[([a-z ]+)\]", told)) <= sections


def test_links_within_the_operations_page_lead_somewhere() -> None:
    """Each anchor is a heading."""
    titles = (line.lstrip("# ").lower() for line in PAGE.splitlines() if line.startswith("#"))
    headings = {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_the_topics_to_subscribe_are_those_that_are_read() -> None:
    """The first run names topics by their exact names, and none that says nothing."""
    named = set(re.findall(r"`((?:conversation|conversation_part|company)\.[a-z_.]+)`", page("first-run")))
    assert len(named) > 20
    assert named <= TOPICS - SILENT_TOPICS


@cache
def _model(service: str) -> "botocore.model.ServiceModel":
    return botocore.session.get_session().get_service_model(SERVICES.get(service, service))


def _options(service: str, operation: str) -> set[str]:
    """Name the options of an operation, as botocore's model of the service has them."""
    members = {xform_name(name, "_"): name for name in _model(service).operation_names}
    shape = _model(service).operation_model(members[operation.replace("-", "_")]).input_shape
    assert shape is not None
    return {xform_name(name, "-") for name in shape.members}


@pytest.mark.parametrize(("service", "operation", "options"), COMMANDS)
def test_a_command_of_the_page_is_one_that_aws_has(service: str, operation: str, options: tuple[str, ...]) -> None:
    """Its name, and that of each option: nobody finds out at night."""
    if operation == "wait":
        assert set(options) == {"table-name" if service == "dynamodb" else "stack-name"}
    else:
        known = OF_THE_CLI.get((service, operation)) or _options(service, operation)
        assert {option.removeprefix("no-") for option in options} <= known | EVERYWHERE


def test_there_is_a_waiter_for_what_is_waited_for() -> None:
    """By the name that the page says."""
    for service in ("cloudformation", "dynamodb"):
        waited = set(re.findall(rf"aws {service} wait ([a-z-]+)", PAGE))
        waiters = botocore.session.get_session().get_waiter_model(service).waiter_names
        assert waited <= {xform_name(name, "-") for name in waiters}
        assert waited


def _queries() -> Iterator[str]:
    for block in BLOCKS:
        for double, single in re.findall(r"--query (?:\"([^\"]+)\"|'([^']+)')", block.replace("\\\n", " ")):
            yield re.sub(r"\$[A-Z0-9]+", "x", double or single)


@pytest.mark.parametrize("query", sorted(set(_queries())))
def test_what_is_asked_of_an_answer_can_be_asked(query: str) -> None:
    """It is JMESPath."""
    jmespath.compile(query)


def test_the_shell_takes_what_the_page_says() -> None:
    """Each block is a script without an error of syntax."""
    for block in BLOCKS:
        ran = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)  # noqa: S607 - the shell of whoever follows the page
        assert ran.returncode == 0, ran.stderr


def test_a_release_is_gone_back_to_by_its_last_version_and_never_by_what_is_not_published() -> None:
    """What a function is at the moment bears the name of the last release, too, and no alias may lead to it."""
    (query,) = re.findall(r'--query "(max_by.*)" \| tr', PAGE)
    published = [("$LATEST", 9, "two"), ("1", 1, "one"), ("2", 2, "two"), ("3", 3, "two")]
    versions = [{"Version": one, "LastModified": at, "Description": f"Folds {name}"} for one, at, name in published]
    asked = [query.replace("\\$", "$").replace("$1", name) for name in ("one", "two", "none")]
    assert [jmespath.search(one, {"Versions": versions}) for one in asked] == ["1", "3", None]


@pytest.mark.parametrize("name", REHEARSED)
def test_our_own_commands_are_those_that_there_are(name: str) -> None:
    """Each command, its subcommand and its options, in blocks and within sentences."""
    called = [words for script in scripts(name) for words in calls(script, "healthscore")]
    assert called
    assert [(" ".join(words), unknown) for words in called if (unknown := strangers(words))] == []


@pytest.mark.parametrize("name", REHEARSED)
def test_what_make_is_asked_for_it_can_do(name: str) -> None:
    """Each target is one of the Makefile."""
    asked = {words[1] for script in scripts(name) for words in calls(script, "make") if len(words) > 1}
    assert asked <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", REHEARSED)
def test_a_block_does_the_same_in_zsh_and_on_a_mac(name: str) -> None:
    """No option of GNU alone, and nothing that zsh, which splits no variable into words, reads otherwise."""
    wrong = r"date -u? ?-d|\bzcat\b|readlink -f|sed -i|grep -P|\bfor \w+ in \$\w|base64 -w|mapfile|\bdeclare -A"
    assert [found for block in blocks(name) for found in re.findall(wrong, block)] == []


def test_a_function_or_variable_of_the_page_is_one_that_it_defines() -> None:
    """At its top or within the section that asks for it: whoever jumps to a heading has what it needs."""
    top, *sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    usual = {"HOME", "PATH"}
    for section in sections:
        script = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```$", top + section, re.MULTILINE | re.DOTALL))
        given = set(re.findall(r"\b(\w+)=", script)) | set(re.findall(r"\bfor (\w+) in", script)) | usual
        assert set(re.findall(r"(?<!\\)\$\{?([A-Za-z_]\w*)", re.sub(r"'[^']*'", "", script))) <= given, section[:40]
        made = set(re.findall(r"^(\w+)\(\) ", script, re.MULTILINE))
        assert set(re.findall(r"\$\((url|arn|call|said|ago|paused|names)\b", script)) <= made, section[:40]


def test_the_table_of_contents_is_the_page() -> None:
    """Every heading once, in the order of the page, and no two of one name."""
    titles = re.findall(r"^## (.+)$", re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    assert len(titles) == len(set(titles))
    contents = PAGE.partition("**Alarms**")[2].partition("\n\n")[0]
    assert re.findall(r"\[([^\]]+)\]\(#", contents) == titles
