"""Oracle: what a result is handed, hand arithmetic, and the same Wald interval by statsmodels' conditional logit."""

import math
from dataclasses import FrozenInstanceError
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from stressfx.errors import SchemaError
from stressfx.injury.result import FEW_EVENTS, ILLUSTRATION, StudyResult, refusal_frame, study_table, wald_rows
from stressfx.schema import DTYPES, STUDY

HOSTILE = "<script>alert(1)</script>&\"'"


def result(events: int, *, text: str = "spike", warnings: tuple[str, ...] = ()) -> StudyResult:
    rows = wald_rows([text], [math.log(2)], [0.408248], "odds ratio", events=events, athletes=20, intervals=108)
    return StudyResult(rows, f"Made up: {text}.", warnings)


class Words(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep tags; none has an attribute."""
        assert attrs == []
        self.tags.add(tag)


def page(found: StudyResult) -> Words:
    words = Words()
    words.feed(found._repr_html_())
    return words


@pytest.mark.parametrize("events", [0, 1, 9])
def test_every_rendering_of_few_injuries_says_that_it_infers_nothing(events: int) -> None:
    found = result(events)
    assert ILLUSTRATION == "illustration, not inference"
    assert found.note == ILLUSTRATION
    for rendering in (repr(found), str(found), page(found).text):
        assert ILLUSTRATION in rendering
    assert (found.to_frame()["note"] == ILLUSTRATION).all()
    assert ILLUSTRATION in found.to_frame().to_csv()


def test_ten_injuries_are_no_illustration() -> None:
    found = result(FEW_EVENTS)
    assert FEW_EVENTS == 10
    assert found.note == ""
    assert found.to_frame()["note"].tolist() == [""]
    assert ILLUSTRATION not in repr(found) + page(found).text


def test_one_row_with_few_injuries_marks_the_whole_and_so_does_a_result_without_rows() -> None:
    both = pd.concat([result(50).table, result(9).table], ignore_index=True)
    assert StudyResult(both, "x").to_frame()["note"].tolist() == [ILLUSTRATION] * 2
    empty = StudyResult(STUDY.empty(), "Nothing was found.", ("No injury.",))
    assert empty.note == ILLUSTRATION
    assert ILLUSTRATION in repr(empty)
    assert ILLUSTRATION in page(empty).text
    assert empty.to_frame().empty


def test_every_rendering_holds_design_estimate_and_each_warning() -> None:
    found = result(18, warnings=("Pain came first.", "Days are missing."))
    for rendering in (repr(found), page(found).text):
        for piece in ("Made up: spike.", "Pain came first.", "Days are missing.", "odds ratio", "18", "108", "4.452"):
            assert piece in rendering
    frame = found.to_frame()
    assert frame["warnings"].tolist() == ["Pain came first. Days are missing."]
    assert frame["design"].tolist() == ["Made up: spike."]
    assert [str(frame[name].dtype) for name in ("note", "design", "warnings")] == [
        str(pd.Series([""], dtype="str").dtype)
    ] * 3
    pd.testing.assert_frame_equal(frame[list(STUDY.names)], found.table)


def test_texts_are_escaped_on_a_page() -> None:
    found = page(result(3, text=HOSTILE, warnings=(HOSTILE,)))
    assert found.tags == {"p", "strong", "table", "tr", "th", "td", "ul", "li"}
    assert found.text.count(HOSTILE) == 3, "in the design, in the table and among the warnings"


def test_a_result_is_frozen_and_its_table_checked() -> None:
    found = result(12)
    for name in ("table", "design", "warnings"):
        with pytest.raises(FrozenInstanceError):
            setattr(found, name, None)
    with pytest.raises(SchemaError, match="column 'events' is missing"):
        StudyResult(found.table.drop(columns="events"), "x")
    with pytest.raises(SchemaError, match="'p'"):
        StudyResult(found.table.assign(p=1.5), "x")


def test_the_frame_of_a_result_is_a_copy() -> None:
    found = result(12)
    frame = found.to_frame()
    frame.loc[0, "estimate"] = -1
    assert found.table["estimate"].item() == pytest.approx(2)


def test_missing_numbers_are_blank_on_a_page_and_not_a_word() -> None:
    rendering = page(StudyResult(study_table([{"term": "a", "measure": "b", "events": 30}]), "x")).text
    assert "nan" not in rendering


def test_wald_rows_by_hand() -> None:
    """Oracle: 18 against 9 discordant pairs: odds ratio 2, standard error of its logarithm sqrt(1/18 + 1/9)."""
    log, se = math.log(18 / 9), math.sqrt(1 / 18 + 1 / 9)
    row = wald_rows(["x"], [log], [se], "odds ratio", events=27, athletes=27, intervals=54).iloc[0]
    assert round(row["estimate"], 3) == 2.000
    assert round(row["log_se"], 6) == 0.408248
    assert row["low"] == pytest.approx(2 * math.exp(-1.959963984540054 * se), rel=1e-12)
    assert row["low"] * row["high"] == pytest.approx(4, rel=1e-12), "even on the logarithm"
    assert row["p"] == pytest.approx(math.erfc(log / se / math.sqrt(2)), rel=1e-12)
    assert row[["events", "athletes", "intervals"]].tolist() == [27, 27, 54]


def test_wald_rows_are_those_of_a_logistic_regression() -> None:
    dice = np.random.default_rng(5)
    design = sm.add_constant(dice.normal(size=(300, 2)))
    outcome = dice.random(300) < 1 / (1 + np.exp(-design @ [0.2, 0.5, -0.8]))
    fit = sm.Logit(outcome.astype(float), design).fit(disp=0)
    rows = wald_rows(["a", "b", "c"], fit.params, fit.bse, "odds ratio", events=1, athletes=1, intervals=1)
    np.testing.assert_allclose(rows[["low", "high"]], np.exp(fit.conf_int()), rtol=1e-9)
    np.testing.assert_allclose(rows["p"], fit.pvalues, rtol=1e-9)


def test_an_estimate_that_runs_away_is_infinite_and_warns_of_nothing() -> None:
    row = wald_rows(["x"], [10.0], [1e4], "odds ratio", events=3, athletes=3, intervals=9).iloc[0]
    assert (row["low"], row["high"]) == (0.0, math.inf)
    assert row["p"] == pytest.approx(0.999, abs=1e-3)


def test_a_table_is_made_of_what_there_is() -> None:
    table = study_table([{"term": "a", "estimate": 1}, {"term": "b", "events": 4, "unit": "h"}])
    assert STUDY.check(table)["events"].tolist() == [0, 4]
    assert table["estimate"].tolist()[0] == 1
    assert np.isnan(table["estimate"].tolist()[1])
    assert table["measure"].tolist() == ["", ""]
    assert list(table.columns) == [*STUDY.names, "unit"]
    assert {str(table[column.name].dtype) for column in STUDY.columns if column.kind == "float"} == {DTYPES["float"]}
    assert len(STUDY.check(study_table([]))) == 0


def test_a_refusal_has_the_shape_of_a_result() -> None:
    refused = refusal_frame("Too few.")
    assert list(refused.columns) == list(result(12).to_frame().columns)
    assert refused["warnings"].tolist() == ["Too few."]
    assert refused["estimate"].isna().all()
    assert refused["note"].tolist() == [ILLUSTRATION]


def test_a_ratio_beyond_every_number_is_infinite() -> None:
    row = wald_rows(["of a hair's breadth"], [800.0], [1.0], "hazard ratio", events=20, athletes=20, intervals=40).iloc[
        0
    ]
    assert row[["estimate", "low", "high", "log_estimate"]].tolist() == [np.inf, np.inf, np.inf, 800.0]
