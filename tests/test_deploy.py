"""What starts crawls at night is valid, and what it and the documents call is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from crawler.cli import main

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PROGRAM = "/opt/kreispresse/.venv/bin/kreispresse"
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *DEPLOY.iterdir()]


def called(text):
    """Commands of the program that a text calls, in words, as far as each is one to type."""
    for line in re.findall(
        r"(?:^ {4}|^Exec\w+=|`|'|; |\|\| |\$ |^ +(?:code=\d; )?)-?(?:\S*/)?kreispresse ([a-z][^`|;)\n]*)",
        text,
        re.MULTILINE,
    ):
        words = re.split(r"\s+(?:#|\d?>|[&]|and\b|— )| {3,}", line)[0]
        try:
            yield shlex.split(words.replace("[", "").replace("]", "").replace("…", ""))
        except ValueError:
            yield words.split()


def wrong(words):
    """What of a call is not there; None where all is."""
    group, rest = main, list(words)
    while rest and isinstance(group, click.Group) and rest[0] in group.commands:
        group = group.commands[rest.pop(0)]
    if isinstance(group, click.Group) and group is main:
        return f"no command {words[0]}" if words and re.fullmatch(r"[a-z]+", words[0]) else None
    there = {name for param in group.params for name in param.opts} | {"--help", "-h"}
    return next(
        (each for each in rest if re.match(r"--[a-z]", each) and each.split("=")[0] not in there), None
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_commands_that_are_named_are_there(text):
    found = {" ".join(words): fault for words in called(text.read_text("utf-8")) if (fault := wrong(words))}
    assert found == {}


def test_a_command_that_is_not_there_would_be_noticed():
    (words,) = called("    kreispresse crawl --bis 06:00\n")
    assert wrong(words) == "--bis"
    assert wrong(["krawl"]) == "no command krawl"
    assert len(list(called((DEPLOY / "kreispresse-crawl.service").read_text("utf-8")))) == 2


@pytest.fixture
def units(tmp_path):
    """The units, with a program that is there."""
    program = tmp_path / "kreispresse"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    found = []
    for unit in sorted((*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer"))):
        found.append(tmp_path / unit.name)
        found[-1].write_text(unit.read_text("utf-8").replace(PROGRAM, str(program)), "utf-8")
    return found


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(units):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "kreispresse" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_holds_the_services_to_be_safe(units):
    for unit in units:
        if unit.suffix == ".service":
            done = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout[-400:]


def test_every_path_that_a_unit_needs_is_made_in_the_walkthrough():
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    for unit in DEPLOY.glob("*.service"):
        for path in re.findall(
            r"(/etc/kreispresse/[\w.]+|/opt/kreispresse|/var/lib/kreispresse)", unit.read_text("utf-8")
        ):
            assert path in guide, path
    user = {
        line
        for unit in DEPLOY.glob("*.service")
        for line in unit.read_text("utf-8").split()
        if line.startswith("User=")
    }
    assert user == {"User=kreispresse"}
    assert "useradd --system" in guide


def test_the_crontab_has_lines_that_cron_takes():
    lines = [
        line
        for line in (DEPLOY / "crontab").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    settings = [line for line in lines if re.match(r"[A-Z_]+=", line)]
    (job,) = [line for line in lines if line not in settings]
    fields = job.split(maxsplit=6)
    assert all(re.fullmatch(r"\*|\d+", field) for field in fields[:5])
    assert fields[5] == "kreispresse"
    assert "%" not in job, "cron takes it for the end of the line"


STEP = {
    "name",
    "id",
    "if",
    "uses",
    "with",
    "run",
    "env",
    "shell",
    "working-directory",
    "continue-on-error",
    "timeout-minutes",
}
JOB = {"name", "needs", "runs-on", "permissions", "environment", "concurrency", "outputs", "env", "defaults", "if", "steps",
       "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets"}  # fmt: skip
WORKFLOW = {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"}


def test_the_workflow_is_one():
    """As docs.github.com/actions/reference/workflow-syntax-for-github-actions describes it."""
    text = (DEPLOY / "github-actions.yml").read_text("utf-8")
    workflow = {
        "on" if key is True else key: value for key, value in yaml.safe_load(text).items()
    }  # YAML 1.1: on is yes
    assert set(workflow) <= WORKFLOW
    assert {"on", "jobs"} <= set(workflow)
    for each in workflow["on"]["schedule"]:
        minute, hour, *rest = each["cron"].split()
        assert (0 < int(minute) < 60, 0 <= int(hour) < 24, rest) == (True, True, ["*"] * 3)
    for job in workflow["jobs"].values():
        assert set(job) <= JOB
        assert job["timeout-minutes"] <= 360, "the most that GitHub's machines allow"
        ids = [step["id"] for step in job["steps"] if "id" in step]
        assert len(ids) == len(set(ids))
        for step in job["steps"]:
            assert set(step) <= STEP
            assert ("uses" in step) is not ("run" in step)
            assert re.fullmatch(r"[\w-]+(?:/[\w-]+)+@v\d+", step.get("uses", "a/b@v1"))
        assert set(re.findall(r"steps\.(\w+)\.", text)) <= set(ids)
        minutes = int(re.search(r"--minutes (\d+)", text)[1])
        assert minutes + 30 <= job["timeout-minutes"], "the rest is for what follows"


def test_the_workflow_runs_what_a_shell_can_read():
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "values come by env, or they could run"
            done = subprocess.run(
                ["bash", "-n"], input=step.get("run", ""), text=True, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr
