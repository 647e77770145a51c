"""The same reading of texts, spread over a Daft cluster: on this machine, or on Ray where Daft is told so."""

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import click
import pyarrow as pa

_BATCH: Final = 1_000


def daft_lines(
    texts: Sequence[str], read: Callable[[list[str]], list[str]], *, batch: int = _BATCH
) -> Iterator[str]:
    """Yield what `read` makes of each text, in their order; `DAFT_RUNNER=ray` spreads it over a Ray cluster.

    Raises:
        ClickException: Daft is not installed.
    """
    if importlib.util.find_spec("daft") is None:
        raise click.ClickException("Daft is not installed: pip install 'sanbao[daft]'.")
    daft = importlib.import_module("daft")

    def lines_of(column: Any) -> list[str]:
        return read([text or "" for text in column.to_pylist()])

    spoken = daft.udf(return_dtype=daft.DataType.string(), batch_size=batch)(lines_of)
    numbers, column = pa.array(range(len(texts)), pa.int64()), pa.array(list(texts), pa.large_string())
    table = pa.table({"number": numbers, "text": column})
    frame = daft.from_arrow(table)
    if os.environ.get("DAFT_RUNNER") == "ray":
        frame = frame.into_partitions(-(-len(texts) // (8 * batch)))
    done = frame.select(daft.col("number"), spoken(daft.col("text")).alias("line")).sort("number")
    for part in done.to_arrow_iter():
        yield from part.column("line").to_pylist()
