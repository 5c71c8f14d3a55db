"""Which sessions count: the oracle are tables of three rows, as CSV files and joined tables leave them."""

import pandas as pd
import pytest

from stressfx.errors import SchemaError
from stressfx.training.counted import counts


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"athlete_id": pd.Series(["a", "a", "b"], index=[5, 5, 7], dtype="str")}).assign(**columns)


@pytest.mark.parametrize("dtype", ["bool", "object", "boolean"])
def test_true_and_false_count_however_pandas_holds_them(dtype: str) -> None:
    counted = pd.Series([True, False, True], index=[5, 5, 7]).astype(dtype)
    assert counts(table(counted=counted.array)).tolist() == [True, False, True]
    assert counts(table()).tolist() == [True, True, True]
    assert counts(table(counted=counted.array).iloc[:0]).empty


@pytest.mark.parametrize(
    "counted",
    [
        pd.array(["True", "False", "True"], dtype="str"),
        [1.0, 0.0, float("nan")],
        [True, None, False],
        pd.array([True, None, False], dtype="boolean"),
        [1, 0, 1],
    ],
)
def test_words_numbers_and_gaps_are_refused_and_never_taken_for_true(counted: object) -> None:
    with pytest.raises(SchemaError, match=r"Sessions: column 'counted' is \w+; bool is needed, without missing values"):
        counts(table(counted=counted))


def test_a_session_of_nobody_is_refused_and_not_added_to_the_last_athlete() -> None:
    with pytest.raises(SchemaError, match="Sessions: column 'athlete_id' has missing values; none are allowed"):
        counts(pd.DataFrame({"athlete_id": pd.Series(["a", None, "b"], dtype="str")}))
