"""``sanbao analyse``: every text of a file read, one line each, without a database or a server."""

import json
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from sanbao.doors.cli.spread import daft_lines
from sanbao.engines.text import CODES, Mention, clusters
from sanbao.rooms.feedback.adapters.reader import load_reader, load_skimmer, model_version
from sanbao.rooms.feedback.adapters.tables import Table, open_table

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
_CHUNK: Final = 1_000
_SHOWN: Final = 5

Row = tuple[str | int | None, str]


@dataclass(frozen=True, slots=True)
class Depth:
    """How far texts are looked into."""

    fast: bool = False
    deep: bool = True
    reasons: bool = False


@click.command()
@click.argument("file", type=_FILE)
@click.option("--text-column", required=True, help="The column that holds the texts.")
@click.option("--out", required=True, type=_OUT, help="Where to write: .jsonl, or .parquet.")
@click.option(
    "--id-column",
    default="id",
    show_default=True,
    help="The column that names the texts, if any.",
)
@click.option("--encoding", default="", help="Encoding of a text file, where it is not found out by itself.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many texts are read side by side.  [default: one per core]",
)
@click.option(
    "--clusters/--no-clusters", "grouped", default=True, show_default=True, help="Find near copies."
)
@click.option(
    "--fast", is_flag=True, help="Whole texts only: no clauses, demands or flags, many times quicker."
)
@click.option("--plain", is_flag=True, help="Without the network: many times quicker, a little less right.")
@click.option("--reasons", is_flag=True, help="Add to each aspect the words that spoke for it.")
@click.option(
    "--engine",
    type=click.Choice(["own", "daft"]),
    default="own",
    show_default=True,
    help="Own processes, or a Daft cluster.",
)
def analyse(
    file: Path,
    text_column: str,
    out: Path,
    id_column: str,
    encoding: str,
    processes: int | None,
    *,
    grouped: bool,
    fast: bool,
    plain: bool,
    reasons: bool,
    engine: str,
) -> None:
    """Read every text of FILE (CSV, JSON Lines, Parquet, Excel) and write one line each, in the same order.

    Run again after an interruption, it goes on where it stopped.
    """
    depth = Depth(fast=fast, deep=not plain, reasons=reasons)
    table = open_table(file, encoding)
    if text_column not in table.columns:
        raise click.BadParameter(
            f"the file has the columns {', '.join(table.columns)}", param_hint="--text-column"
        )
    rows, faults = _rows(table, text_column, id_column, whole=_whole_ids(file, table, id_column))
    copies = clusters([text for _, text in rows]) if grouped else [None] * len(rows)
    draft = out.with_name(f"{out.name}.part")
    work = {
        "file": str(file.resolve()),
        "size": file.stat().st_size,
        "column": text_column,
        "id": id_column,
        "rows": len(rows),
        "model": model_version(),
        "depth": astuple(depth),
        "grouped": grouped,
    }
    done = _resume(draft, work)
    with draft.open("a", encoding="utf-8", newline="\n") as target:
        bar = tqdm(total=len(rows), initial=done, unit=" texts", disable=None, leave=False)
        for line in _lines(rows, copies, done, processes or os.cpu_count() or 1, depth, engine):
            target.write(line + "\n")
            bar.update()
        bar.close()
    _finish(draft, out)
    _tell(len(rows), faults, out)


def _whole_ids(file: Path, table: Table, id_column: str) -> bool:
    """Tell whether the ids are whole numbers in the file itself, so that they are given back as such."""
    if id_column not in table.columns:
        return False
    if table.kind == "parquet":
        return bool(pa.types.is_integer(pq.read_schema(file).field(id_column).type))
    if table.kind == "jsonl":
        with file.open(encoding=table.encoding, errors="surrogateescape") as lines:
            first = next((line for line in lines if line.strip()), "")
        try:
            return type(json.loads(first.lstrip("\ufeff")).get(id_column)) is int
        except (ValueError, AttributeError):
            return False
    return False


def _rows(table: Table, text_column: str, id_column: str, *, whole: bool) -> tuple[list[Row], list[int]]:
    """Give id and text of each readable row, and the numbers of those that cannot be read."""
    text_at = table.columns.index(text_column)
    id_at = table.columns.index(id_column) if id_column in table.columns else None
    rows: list[Row] = []
    faults: list[int] = []
    for cells in table.rows():
        if isinstance(cells, tuple):
            _, values = cells
            name = values[id_at] if id_at is not None else None
            rows.append(
                (int(name) if whole and name and name.lstrip("-").isdigit() else name, values[text_at])
            )
        else:
            faults.append(cells.row)
    return rows, faults


def _resume(draft: Path, work: dict[str, Any]) -> int:
    """Give how many lines of an interrupted run of the same work stand; another draft is thrown away."""
    ticket = draft.with_name(f"{draft.name}.json")
    wanted = json.dumps(work, ensure_ascii=False, sort_keys=True)
    if draft.exists() and ticket.exists() and ticket.read_text("utf-8") == wanted:
        with draft.open("rb+") as file:
            done = keep = 0
            for line in file:
                if line.endswith(b"\n"):
                    done, keep = done + 1, keep + len(line)
            file.truncate(keep)
        return done
    draft.write_bytes(b"")
    ticket.write_text(wanted, "utf-8")
    return 0


def _lines(
    rows: list[Row], copies: list[int] | list[None], done: int, processes: int, depth: Depth, engine: str
) -> Iterator[str]:
    """Yield one line for each row from `done` on, in their order."""
    if engine == "daft":
        said = daft_lines([text for _, text in rows[done:]], partial(_answers, depth=depth))
        for (name, _), answer, copy in zip(rows[done:], said, copies[done:], strict=True):
            yield _line(name, json.loads(answer), copy)
        return
    chunks = (
        (rows[first : first + _CHUNK], copies[first : first + _CHUNK], depth)
        for first in range(done, len(rows), _CHUNK)
    )
    if processes == 1 or len(rows) - done <= _CHUNK:
        for chunk in chunks:
            yield from _read(chunk)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        waiting: list[Any] = [pool.apply_async(_read, (chunk,)) for chunk in islice(chunks, 2 * processes)]
        while waiting:
            yield from waiting.pop(0).get()
            waiting += [pool.apply_async(_read, (chunk,)) for chunk in islice(chunks, 1)]


def _read(chunk: tuple[list[Row], list[Any], Depth]) -> list[str]:
    rows, copies, depth = chunk
    found = _found([text for _, text in rows], depth)
    return [_line(name, answer, copy) for (name, _), answer, copy in zip(rows, found, copies, strict=True)]


def _line(name: str | int | None, answer: dict[str, Any], copy: int | None) -> str:
    named = {} if name is None else {"id": name}
    return json.dumps({**named, **answer, "cluster": copy}, ensure_ascii=False)


def _answers(texts: list[str], depth: Depth) -> list[str]:
    """Give each answer as a line of its own, the form in which a cluster carries it."""
    return [json.dumps(answer, ensure_ascii=False) for answer in _found(texts, depth)]


def _found(texts: list[str], depth: Depth) -> Iterator[dict[str, Any]]:
    return _skimmed(texts) if depth.fast else _understood(texts, reasons=depth.reasons, deep=depth.deep)


def _understood(texts: list[str], *, reasons: bool, deep: bool) -> Iterator[dict[str, Any]]:
    readings = load_reader().read_many(texts, reasons=reasons, deep=deep)
    for text, reading in zip(texts, readings, strict=True):
        yield {
            "sentiment": reading.sentiment,
            "overall": reading.overall,
            "aspects": [_aspect(text, mention, reasons=reasons) for mention in reading.aspects],
            "demands": list(reading.demands),
            "flags": list(reading.flags),
        }


def _aspect(text: str, mention: Mention, *, reasons: bool) -> list[Any]:
    quoted = [mention.code, mention.polarity, text[mention.start : mention.end], mention.score]
    return [*quoted, list(mention.reasons)] if reasons else quoted


def _skimmed(texts: list[str]) -> Iterator[dict[str, Any]]:
    """Give what the quick reader sees: it quotes nothing; an aspect is blamed or praised as the text is."""
    skim = load_skimmer().skim(texts)
    answers = (skim.sentiment.tolist(), skim.overall.tolist(), skim.aspects.tolist())
    for tone, judged, bits in zip(*answers, strict=True):
        sign = 1 if tone > 0 else -1
        aspects = [[code, sign, "", None] for number, code in enumerate(CODES) if bits >> number & 1]
        yield {"sentiment": round(tone, 4), "overall": judged, "aspects": aspects, "demands": [], "flags": []}


_SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("sentiment", pa.float64()),
        ("overall", pa.int8()),
        (
            "aspects",
            pa.list_(
                pa.struct(
                    [
                        ("code", pa.string()),
                        ("polarity", pa.int8()),
                        ("span", pa.string()),
                        ("score", pa.float64()),
                    ]
                )
            ),
        ),
        ("demands", pa.list_(pa.string())),
        ("flags", pa.list_(pa.string())),
        ("cluster", pa.int64()),
    ]
)


def _finish(draft: Path, out: Path) -> None:
    """Put the finished result in its place; Parquet is written from the lines."""
    if out.suffix == ".parquet":
        with (
            draft.open(encoding="utf-8") as lines,
            pq.ParquetWriter(out, _SCHEMA, compression="zstd") as writer,
        ):
            while rows := [_record(line) for line in islice(lines, 10 * _CHUNK)]:
                writer.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
        draft.unlink()
    else:
        draft.replace(out)
    draft.with_name(f"{draft.name}.json").unlink()


def _record(line: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    names = ("code", "polarity", "span", "score")
    if "id" in row:
        row["id"] = str(row["id"])
    row["aspects"] = [dict(zip(names, aspect, strict=False)) for aspect in row["aspects"]]
    return row


def _tell(count: int, faults: list[int], out: Path) -> None:
    click.echo(f"{out}: {count:,} texts")
    if faults:
        shown = ", ".join(map(str, faults[:_SHOWN])) + (", …" if len(faults) > _SHOWN else "")
        click.echo(f"{len(faults):,} rows could not be read and are left out: row {shown}", err=True)
