"""The notebooks run on the samples and on a made-up nation; each of their figures is what SQL finds in the release."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import nbformat
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shelf import Shelf

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def load(name: str) -> ModuleType:
    """A module of the folder of notebooks, which is no package."""
    spec = importlib.util.spec_from_file_location(f"notebooks_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def nation(nianbao: str, shelf: Shelf) -> Path:
    """The release of a small made-up nation."""

    def make(place: Path) -> None:
        places = [f"--{name}={place / name}" for name in ("raw", "work", "published")]
        simulate = ["simulate", "--nation", "--documents", "150", "--types", "html,text", "--out", str(place)]
        for command in (simulate, ["run", *places]):
            done = subprocess.run([nianbao, *command], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

    place = shelf.made("nation", make)
    return place / "published" / (place / "published" / "latest").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="session", params=["samples", "nation"])
def executed(request: pytest.FixtureRequest, shelf: Shelf) -> tuple[Path, Path]:
    """A release, and the folder of what the notebooks gave over it."""
    release = request.getfixturevalue({"samples": "release", "nation": "nation"}[request.param])

    def make(out: Path) -> None:
        command = [sys.executable, str(FOLDER / "run.py"), "--release", str(release), "--out", str(out)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        run = subprocess.run(command, cwd=out, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr

    return release, shelf.made(f"executed-{request.param}", make) / release.name


def queries(name: str) -> dict[str, str]:
    """The SQL for each table of results of a notebook."""
    parts = re.split(r"^-- (\w+)\n", (HERE / f"{name}.sql").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_what_sql_finds(executed: tuple[Path, Path], name: str) -> None:
    release, out = executed
    wanted = queries(name)
    given = {path.stem: pd.read_parquet(path) for path in (out / name).glob("*.parquet")}
    assert given.keys() == wanted.keys()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{release / 'nianbao.duckdb'}' AS release (READ_ONLY)")
        connection.execute("SET search_path = 'memory,release'")
        connection.execute((HERE / "prelude.sql").read_text(encoding="utf-8"))
        for table, sql in wanted.items():
            found = connection.sql(sql).df()
            assert list(given[table]) == list(found), table
            # Integers and floats alike; a bool is one in both.
            expected = found.astype({column: "float64" for column in found if is_number(found[column])})
            actual = given[table].astype({column: "float64" for column in expected if is_number(expected[column])})
            names = [column for column in expected if not is_number(expected[column]) or column == "report_year"]
            by_name = [rows.sort_values(names or list(rows)).reset_index(drop=True) for rows in (actual, expected)]
            assert_frame_equal(*by_name, check_dtype=False, rtol=1e-9, atol=1e-12, obj=f"{name}/{table}")


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a column holds numbers, truth values apart."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def test_the_nation_fills_every_table(nation: Path, executed: tuple[Path, Path]) -> None:
    release, out = executed
    empty = [path for path in out.glob("*/*.parquet") if pd.read_parquet(path).empty]
    if release == nation:
        assert empty == []
    else:
        assert {path.stem for path in empty} == {
            "conflicts",
            "breaks",
        }  # no report is there twice, one agency has years


@pytest.mark.parametrize("name", NAMES)
def test_each_shows_its_plots_and_answers_in_both_languages(executed: tuple[Path, Path], name: str) -> None:
    release, out = executed
    notebook = nbformat.read(out / f"{name}.ipynb", as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    drawn = source.count("release.figure(") + source.count("\nbars(") - source.count("def bars(")
    assert len(pictures) == len(list(out.glob(f"{name}-*.png"))) == drawn >= 3
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    (answer,) = [output.data["text/markdown"] for output in outputs if "text/markdown" in output.get("data", {})]
    about, chinese, english = answer.split("\n\n")
    assert ("SIMULATED" in about) == ("simulated" in json.loads((release / "manifest.json").read_text())["origins"])
    assert "不是全国" in chinese
    assert "not the country" in english
    assert re.search(r"\d", chinese)
    assert not re.search(r"\bnan\b|None|<NA>|[{}]", answer)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_tidy_and_read_published_files_alone(name: str) -> None:
    path = FOLDER / f"{name}.ipynb"
    assert path.read_text(encoding="utf-8") == load("run").tidy(nbformat.read(path, as_version=4)), (
        f"{path.name}: run `python notebooks/run.py --tidy`"
    )
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    # Every plot goes through desk, which marks it; every figure through desk, which reads the release.
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", source, flags=re.MULTILINE))
    assert imported <= {"desk", "pandas"}
    assert "read_" not in source


def test_there_are_five() -> None:
    assert len(NAMES) == 5
    assert sorted(path.stem for path in HERE.glob("0*.sql")) == NAMES


# ------------------------------------------------------------------------------------------------------------- the desk


@pytest.fixture(scope="module")
def desk() -> ModuleType:
    """The module that the notebooks share, drawing into files."""
    import matplotlib as mpl

    mpl.use("Agg")
    return load("desk")


def texts(figure: Any) -> list[str]:
    """All words of a figure that stand outside its axes."""
    return [text.get_text() for text in figure.texts]


def test_every_plot_says_what_it_shows(
    desk: ModuleType, release: Path, nation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, invented in ((release, False), (nation, True)):
        monkeypatch.setenv("NIANBAO_RELEASE", str(folder))
        opened = desk.release()
        assert f"nianbao {folder.name}" in opened.about
        figure, axes = opened.figure("标题", "Title")
        assert desk.nothing(axes, pd.DataFrame({"a": []}))
        assert "no such data" in axes.texts[0].get_text()
        assert opened.about in texts(figure)
        assert ("模拟数据 SIMULATED" in texts(figure)) == ("SIMULATED" in opened.about) == invented
        assert ("19 of the" in opened.about) == (not invented)


def test_invented_and_real_are_never_mixed(
    desk: ModuleType, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    manifest["origins"] = ["simulated", "transcription"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setenv("NIANBAO_RELEASE", str(tmp_path))
    with pytest.raises(ValueError, match="invented and real"):
        desk.release()


def test_chinese_is_drawn_and_a_missing_character_is_an_error(
    desk: ModuleType, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_RELEASE", str(release))
    figure, axes = desk.release().figure("淄博市洪泽区平潭县亳州㙓、“三安全一稳定”", "Title −1–2 · %")
    figure.savefig(tmp_path / "good.png")
    axes.set_title("\ue000")
    with pytest.raises(UserWarning, match="Glyph"):
        figure.savefig(tmp_path / "bad.png")


def test_kinds_and_intervals(desk: ModuleType) -> None:
    names = [
        "甲市人民政府",
        "甲市乙镇人民政府",
        "甲市丙街道办事处",
        "甲市人民政府办公室",
        "甲市公安局",
        "丁区管委会",
        "甲市财政局",
    ]
    kinds = ["government", "township", "township", "office", "police", "zone", "department"]
    assert desk.kinds(pd.Series(names)).tolist() == kinds
    found = desk.with_interval(pd.DataFrame({"numerator": [3, 0], "denominator": [95, 0]}))
    # 洪泽 2024, as `metrics` has it: three of 95 refused.
    assert found.iloc[0][["value", "lower", "upper"]].round(3).tolist() == [0.032, 0.011, 0.089]
    assert found.iloc[1][["value", "lower", "upper"]].isna().all()
