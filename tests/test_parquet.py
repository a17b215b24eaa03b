"""Our own Parquet says what it was given, to a reader that is not ours."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.publish.parquet import Value, Writer, rows

COLUMNS = (("n", "INTEGER"), ("r", "REAL"), ("t", "TEXT"), ("u", "TEXT"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROW = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.floats(allow_nan=False), st.none() | TEXT, TEXT
)  # fmt: skip


def write(path: Path, groups: list[list[tuple[Value, ...]]]) -> None:
    with path.open("wb") as file:
        writer = Writer(file, COLUMNS, "test")
        for group in groups:
            writer.write(group)
        writer.close()


@settings(max_examples=40)
@given(groups=st.lists(st.lists(ROW, min_size=1, max_size=20), max_size=18))
def test_duckdb_reads_every_value_in_its_place(groups: list[list[tuple[Value, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        write(path, groups)
        expected = [row for group in groups for row in group]
        assert duckdb.sql(f"SELECT * FROM '{path}'").fetchall() == expected
        assert rows(path) == len(expected)


def test_many_columns_and_long_values(tmp_path: Path) -> None:
    columns = [(f"column{n}", "TEXT") for n in range(40)]
    row = tuple(f"{n}" * 5_000 for n in range(40))
    with (tmp_path / "x.parquet").open("wb") as file:
        writer = Writer(file, columns, "test")
        writer.write([row, (None,) * 40])
        writer.close()
    assert duckdb.sql(f"SELECT * FROM '{tmp_path}/x.parquet'").fetchall() == [row, (None,) * 40]


@pytest.mark.parametrize("content", [b"PAR1", b"", b"id,title\n1,2\n", b"PAR1\0\0\0\0PAR2"])
def test_what_is_no_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises((ValueError, OSError)):
        rows(tmp_path / "x.parquet")
