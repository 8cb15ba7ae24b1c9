"""The units and the cron line run the command that exists, and take its exit codes for what they are."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "deploy" / "systemd"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((SYSTEMD / name).read_text(encoding="utf-8"))
    return parser


def test_the_service_runs_once_and_takes_3_for_a_success() -> None:
    service = unit("nianbao.service")["Service"]
    assert service["Type"] == "oneshot"
    assert service["ExecStart"].endswith("/nianbao run")
    assert service["SuccessExitStatus"] == "3"
    assert service["ReadWritePaths"] == f"{service['WorkingDirectory']}/data"


def test_the_timer_is_nightly_and_makes_up_for_missed_nights() -> None:
    timer = unit("nianbao.timer")["Timer"]
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["OnCalendar"])
    assert timer["Persistent"] == "true"


def test_a_failure_starts_a_unit_that_exists() -> None:
    assert (SYSTEMD / unit("nianbao.service")["Unit"]["OnFailure"]).is_file()


def test_the_cron_line_has_time_user_and_command() -> None:
    lines = (ROOT / "deploy" / "cron" / "nianbao.cron").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if re.match(r"[\d*]", line)]
    assert re.match(r"\d+ \d+ \* \* \* nianbao cd \S+ && ", line)
    assert ".venv/bin/nianbao run" in line
    assert "%" not in line  # cron reads it as a line end


def test_exit_codes_of_the_recipe_are_those_of_the_program() -> None:
    from pipelines import runner

    text = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert told == {runner.DONE, runner.FAILED, runner.USAGE, runner.REFUSED, runner.INTERRUPTED}
