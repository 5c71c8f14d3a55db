"""How does one document lie on the disk? As the bytes of one Parquet file, with all that is known of it inside.

Takes a frame and what goes with it; gives bytes, and the frame back from bytes. Any program that reads Parquet can read
them too.
"""

import base64
import binascii
import json
from typing import Any

import numpy as np
import pandas as pd

from stressfx.exports.store.columns import TEXT, Plain, put_together, taken_apart

__all__ = ["read_frame", "read_identity", "write_frame"]

IDENTITY = b"stressfx.document"
DTYPES = b"stressfx.dtypes"
PAYLOAD = b"stressfx.harvest"


def write_frame(frame: pd.DataFrame, identity: dict[str, Any], payload: bytes) -> bytes:
    """Write a frame as Parquet.

    Parameters
    ----------
    frame : DataFrame
        Any that `stressfx.exports.store.columns.taken_apart` takes.
    identity : dict
        Whose document it is, plain enough for JSON.
    payload : bytes
        What else belongs to it.

    Returns
    -------
    bytes
        A Parquet file. Every page carries a checksum, and nothing but the frame, `identity` and `payload` is told.

    Raises
    ------
    SchemaError
        If a column is of a type that cannot be kept.

    Notes
    -----
    Whole numbers and times are written as differences (DELTA_BINARY_PACKED), positions byte by byte
    (BYTE_STREAM_SPLIT), all else as it is, and everything under zstd: of the encodings of Apache Parquet, these take
    the least room for the records of watches. NaN stays NaN; a missing time or text is a null.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy, and only a store needs it
    import pyarrow.parquet as pq  # noqa: PLC0415  # as above

    columns = taken_apart(frame)
    arrays = [pa.array(each.cells, _arrow_type(pa, each)) for each in columns]
    schema = pa.schema([pa.field(each.name, array.type) for each, array in zip(columns, arrays, strict=True)])
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=False,
        write_statistics=False,
        write_page_checksum=True,
        store_schema=False,
        column_encoding={each.name: _encoding(each) for each in columns},
    ) as writer:
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        writer.add_key_value_metadata(
            {
                IDENTITY: _json(identity),
                DTYPES: _json([*([each.name, each.dtype] for each in columns), len(frame)]),
                PAYLOAD: base64.b64encode(payload),  # other readers expect text there
            }
        )
    return bytes(sink.getvalue())


def read_frame(data: bytes) -> pd.DataFrame:
    """Read a frame that was written as Parquet.

    Parameters
    ----------
    data : bytes
        What `write_frame` gave.

    Returns
    -------
    DataFrame
        As it was.

    Raises
    ------
    ValueError
        If the bytes are no such file, or a page does not match its checksum.
    """
    import pyarrow as pa  # noqa: PLC0415  # as above
    import pyarrow.parquet as pq  # noqa: PLC0415  # as above

    try:
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
            table = file.read(use_threads=False)
            *dtypes, rows = json.loads(file.metadata.metadata[DTYPES])
        columns = [
            Plain(name, dtype, _values(table.column(place), dtype)) for place, (name, dtype) in enumerate(dtypes)
        ]
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise ValueError(f"the document cannot be read ({type(error).__name__})") from None
    return put_together(columns, rows)


def read_identity(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Read whose document a Parquet file is, and what else belongs to it.

    Parameters
    ----------
    data : bytes
        What `write_frame` gave.

    Returns
    -------
    identity : dict
        Whose document it is.
    payload : bytes
        What else belongs to it.

    Raises
    ------
    ValueError
        If the bytes are no such file.
    """
    import pyarrow as pa  # noqa: PLC0415  # as above
    import pyarrow.parquet as pq  # noqa: PLC0415  # as above

    try:
        about = pq.read_metadata(pa.BufferReader(data)).metadata
        return json.loads(about[IDENTITY]), base64.b64decode(about[PAYLOAD], validate=True)
    except (OSError, pa.ArrowException, KeyError, TypeError, binascii.Error) as error:
        raise ValueError(f"the document cannot be read ({type(error).__name__})") from None


def _json(held: object) -> bytes:
    return json.dumps(held, separators=(",", ":")).encode()


def _arrow_type(pa: Any, column: Plain) -> Any:  # noqa: ANN401  # pyarrow has no types
    if column.dtype == TEXT:
        return pa.string()
    if column.cells.dtype.kind == "M":
        unit = np.datetime_data(column.cells.dtype)[0]
        return pa.timestamp(unit, "UTC" if column.dtype != str(column.cells.dtype) else None)
    return pa.from_numpy_dtype(column.cells.dtype)


def _encoding(column: Plain) -> str:
    if column.cells.dtype.kind in "iuM":
        return "DELTA_BINARY_PACKED"
    return "BYTE_STREAM_SPLIT" if column.name.endswith("_deg") and column.cells.dtype.kind == "f" else "PLAIN"


def _values(column: Any, dtype: str) -> Any:  # noqa: ANN401  # pyarrow has no types
    if dtype == TEXT:
        return np.array([*column.to_pylist(), None], object)[:-1]
    values = column.to_numpy()
    if not dtype.startswith("datetime64"):
        return values
    return values.astype(f"datetime64[{dtype[11:13].rstrip(',]')}]", copy=False)
