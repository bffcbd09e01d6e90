"""What can be wrong with a file that somebody hands in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Why a file or a row of it cannot be taken; `templates/registry/problem.j2` has the words."""

    # the file
    NO_FILE = "no_file"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NO_ROWS = "no_rows"
    ENCODING = "encoding"
    NUL = "nul"
    BROKEN_CSV = "broken_csv"
    BROKEN_JSON = "broken_json"
    NOT_AN_OBJECT = "not_an_object"
    NOT_TEXT = "not_text"
    # its columns
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    REPEATED_COLUMN = "repeated_column"
    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    # a cell
    BLANK = "blank"
    TOO_LONG = "too_long"
    CONTROL = "control"
    NOT_A_DATE = "not_a_date"
    NOT_ONE_OF = "not_one_of"
    BAD_HANDLE = "bad_handle"
    BAD_CODE = "bad_code"
    # what the rows say together, or against what is registered
    REPEATED = "repeated"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    FORMER_WITHOUT_END = "former_without_end"
    FORMER_WITHOUT_NAME = "former_without_name"
    UNKNOWN_PARENT = "unknown_parent"
    NO_PARENT = "no_parent"
    CYCLE = "cycle"
    TOO_DEEP = "too_deep"
    UNKNOWN_AGENCY = "unknown_agency"
    WHICH_AGENCY = "which_agency"
    TWO_NAMES = "two_names"
    HANDLE_TAKEN = "handle_taken"
    SECOND_ACCOUNT = "second_account"
    ID_TAKEN = "id_taken"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be mended before the file is taken.

    `line` is 0 for the file as a whole; `column` is as the file calls it, "" for the whole row. `value` is
    what stands there, `others` what it may be or what it collides with.
    """

    line: int
    column: str
    reason: Reason
    value: str = ""
    others: tuple[str, ...] = ()
