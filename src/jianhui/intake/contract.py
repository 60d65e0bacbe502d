"""What an agency may deliver, as data: ``raw/contracts/<feed>.yml``.

A contract names the columns, the record key, the dates that matter and what absence means. A new
feed is a new file; nothing in the code knows a feed by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeVar

from yaml import YAMLError

from jianhui.core.errors import UsageError, Where
from jianhui.core.events import Absence
from jianhui.core.identifiers import SCHEMES, Scheme
from jianhui.core.yaml_text import parse_yaml

ABSENCES: Final[tuple[Absence, ...]] = ("keeps", "ends", "none")
COLUMN_TYPES: Final = ("text", "name", "date", "month", "integer", "number", "choice", "code")
SENSITIVITIES: Final = ("always", "diagnosed", "never")
KEY_CONDITIONS: Final = ("valid", "present", "any")
RHYTHMS: Final = ("daily", "weekly", "monthly", "quarterly", "irregular")
SHEETS: Final = ("first", "all")

_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True)
class Column:
    """One column: the agency's header and what its cells mean.

    ``personal``: ``always`` every cell is a pseudonym outside the vault, ``diagnosed`` those cells
    that turn out to be a natural person's number, ``never`` none.
    """

    name: str
    header: str
    type: str
    title_en: str
    aliases: tuple[str, ...] = ()
    scheme: Scheme | None = None
    personal: str = "never"
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class KeyPart:
    """One way to fill a component of the record key.

    ``when``: ``valid`` the cell is a valid code of its scheme, ``present`` it is not empty, ``any``
    it may even be empty.
    """

    column: str
    when: str


@dataclass(frozen=True)
class Calendar:
    """How often the agency delivers, and how many days late it may be."""

    rhythm: str
    grace_days: int


@dataclass(frozen=True)
class Contract:
    """The contract of one feed. Column references are ``Column.name``."""

    feed: str
    title: str
    title_en: str
    agency: str
    absence: Absence
    append_only: bool
    record_key: tuple[tuple[KeyPart, ...], ...]
    name: str
    required: tuple[str, ...]
    calendar: Calendar
    columns: tuple[Column, ...]
    required_any: tuple[tuple[str, ...], ...] = ()
    change_date: str | None = None
    life_start: str | None = None
    life_end: str | None = None
    full_scope: str | None = None
    min_keys_ratio: Fraction = Fraction(9, 10)
    max_bad_rows_ratio: Fraction = Fraction(5, 100)
    sheets: str = "first"
    skip_unless: str | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in the contract's order."""
        return tuple(column.name for column in self.columns)

    @property
    def headers(self) -> dict[str, str]:
        """Column name to the agency's own header."""
        return {column.name: column.header for column in self.columns}

    def column(self, name: str) -> Column:
        """The column called ``name``; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def as_mapping(self) -> dict[str, Any]:
        """The contract in the shape of its file, for a receipt; ``parse_contract`` reads it back."""
        life = {"start": self.life_start, "end": self.life_end}
        whole: dict[str, Any] = {
            "feed": self.feed,
            "title": self.title,
            "title_en": self.title_en,
            "agency": self.agency,
            "absence": self.absence,
            "append_only": self.append_only,
            "change_date": self.change_date,
            "life": {key: value for key, value in life.items() if value},
            "full_scope": self.full_scope,
            "record_key": [
                [{"column": part.column, "when": part.when} for part in component]
                for component in self.record_key
            ],
            "name": self.name,
            "required": list(self.required),
            "required_any": [list(group) for group in self.required_any],
            "min_keys_ratio": float(self.min_keys_ratio),
            "max_bad_rows_ratio": float(self.max_bad_rows_ratio),
            "sheets": self.sheets,
            "skip_unless": self.skip_unless,
            "calendar": {"rhythm": self.calendar.rhythm, "grace_days": self.calendar.grace_days},
            "columns": [_column_mapping(column) for column in self.columns],
        }
        return {key: value for key, value in whole.items() if value not in (None, [], {})}


def load_contracts(folder: Path) -> dict[str, Contract]:
    """Every ``<feed>.yml`` of ``folder`` by feed, in alphabetical order.

    Raises ``UsageError`` ``contract_invalid`` naming file and field, ``contracts_missing`` if there
    is no contract at all.
    """
    contracts: dict[str, Contract] = {}
    for path in sorted(folder.glob("*.yml")):
        contract = load_contract(path)
        if contract.feed != path.stem:
            raise _invalid(str(path), "feed", contract.feed, f"the file is called {path.name}")
        contracts[contract.feed] = contract
    if not contracts:
        raise UsageError(
            "contracts_missing",
            "没有任何交换约定文件",
            "no feed contract was found",
            where=Where(file=str(folder)),
            next_step="jianhui doctor",
        )
    return contracts


def load_contract(path: Path) -> Contract:
    """The contract in one YAML file; ``UsageError`` ``contract_invalid`` if it does not hold."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise _invalid(str(path), None, None, f"not readable YAML: {error}") from error
    return parse_contract(data, str(path))


def parse_contract(data: object, origin: str) -> Contract:
    """A contract from the mapping its file holds; ``origin`` is named in errors."""
    fields = _Fields(data, origin, "")
    life = _Fields(fields.take("life", default={}), origin, "life.")
    calendar = _Fields(fields.take("calendar"), origin, "calendar.")
    contract = Contract(
        feed=fields.text("feed"),
        title=fields.text("title"),
        title_en=fields.text("title_en"),
        agency=fields.text("agency"),
        absence=fields.one_of("absence", ABSENCES),
        append_only=fields.flag("append_only"),
        record_key=_record_key(fields.take("record_key"), origin),
        name=fields.text("name"),
        required=fields.texts("required"),
        required_any=tuple(
            fields.text_list(group, f"required_any[{i}]")
            for i, group in enumerate(fields.sequence("required_any"))
        ),
        calendar=Calendar(calendar.one_of("rhythm", RHYTHMS), calendar.count("grace_days")),
        columns=tuple(
            _column(item, origin, f"columns[{i}].") for i, item in enumerate(fields.sequence("columns"))
        ),
        change_date=fields.optional_text("change_date"),
        life_start=life.optional_text("start"),
        life_end=life.optional_text("end"),
        full_scope=fields.optional_text("full_scope"),
        min_keys_ratio=fields.ratio("min_keys_ratio", Fraction(9, 10)),
        max_bad_rows_ratio=fields.ratio("max_bad_rows_ratio", Fraction(5, 100)),
        sheets=fields.one_of("sheets", SHEETS, "first"),
        skip_unless=fields.optional_text("skip_unless"),
    )
    for part in (fields, life, calendar):
        part.refuse_the_rest()
    _check_references(contract, origin)
    return contract


class _Fields:
    """A mapping read strictly: every field is taken once, what is left over is an error."""

    def __init__(self, data: object, origin: str, prefix: str) -> None:
        self.origin = origin
        self.prefix = prefix
        if not isinstance(data, Mapping):
            raise _invalid(origin, prefix.rstrip(".") or None, data, "must be a mapping")
        self.data = {str(key): value for key, value in data.items()}

    def fail(self, field: str, value: object, problem: str) -> UsageError:
        return _invalid(self.origin, self.prefix + field, value, problem)

    def take(self, field: str, default: object = None) -> object:
        """The value of ``field``; without a default, a missing one is an error."""
        if field not in self.data and default is None:
            raise self.fail(field, None, "is missing")
        return self.data.pop(field, default)

    def text(self, field: str) -> str:
        return self._checked(self.take(field), field)

    def optional_text(self, field: str) -> str | None:
        return self.text(field) if self.data.get(field) is not None else self.data.pop(field, None)

    def flag(self, field: str) -> bool:
        value = self.take(field)
        if not isinstance(value, bool):
            raise self.fail(field, value, "must be true or false")
        return value

    def count(self, field: str) -> int:
        value = self.take(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fail(field, value, "must be a whole number, zero or more")
        return value

    def ratio(self, field: str, default: Fraction) -> Fraction:
        value = self.data.pop(field, None)
        if value is None:
            return default
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self.fail(field, value, "must be a number between 0 and 1")
        return Fraction(str(value))

    def one_of(self, field: str, allowed: tuple[_Word, ...], default: _Word | None = None) -> _Word:
        value = self.take(field, default)
        for word in allowed:
            if word == value:
                return word
        raise self.fail(field, value, f"must be one of {', '.join(allowed)}")

    def sequence(self, field: str) -> list[Any]:
        value = self.data.pop(field, [])
        if not isinstance(value, list):
            raise self.fail(field, value, "must be a list")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        return self.text_list(self.sequence(field), field)

    def text_list(self, value: object, field: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.fail(field, value, "must be a list")
        return tuple(self._checked(item, field) for item in value)

    def _checked(self, value: object, field: str) -> str:
        if not isinstance(value, str) or not value:
            raise self.fail(field, value, "must be a non-empty text")
        return value

    def refuse_the_rest(self) -> None:
        for field, value in self.data.items():
            raise self.fail(field, value, "is not a field of a contract")


def _invalid(origin: str, field: str | None, value: object, problem: str) -> UsageError:
    return UsageError(
        "contract_invalid",
        f"交换约定文件有误：{problem}",
        f"the feed contract is invalid: {problem}",
        where=Where(file=origin, field=field, value=None if value is None else str(value)[:80]),
        next_step="修改该文件后重试 / correct the file and try again",
    )


def _column(data: object, origin: str, prefix: str) -> Column:
    fields = _Fields(data, origin, prefix)
    column = Column(
        name=fields.text("name"),
        header=fields.text("header"),
        type=fields.one_of("type", COLUMN_TYPES),
        title_en=fields.text("title_en"),
        aliases=fields.texts("aliases"),
        scheme=fields.one_of("scheme", SCHEMES) if "scheme" in fields.data else None,
        personal=fields.one_of("personal", SENSITIVITIES, "never"),
        choices=fields.texts("choices"),
        description=str(fields.data.pop("description", "") or ""),
    )
    fields.refuse_the_rest()
    if (column.type == "code") != (column.scheme is not None):
        raise fields.fail(
            "scheme", column.scheme, f"a code, and only a code, has one of {', '.join(SCHEMES)}"
        )
    if column.personal == "diagnosed" and column.type not in ("code", "text"):
        raise fields.fail("personal", column.personal, "only codes and free text can be diagnosed")
    if (column.type == "choice") != bool(column.choices):
        raise fields.fail("choices", column.choices, "a choice, and only a choice, has choices")
    return column


def _column_mapping(column: Column) -> dict[str, Any]:
    whole = {
        "name": column.name,
        "header": column.header,
        "aliases": list(column.aliases),
        "type": column.type,
        "scheme": column.scheme,
        "personal": column.personal,
        "choices": list(column.choices),
        "title_en": column.title_en,
        "description": column.description,
    }
    return {key: value for key, value in whole.items() if value not in (None, "", [])}


def _record_key(data: object, origin: str) -> tuple[tuple[KeyPart, ...], ...]:
    if not isinstance(data, list) or not data or not all(isinstance(item, list) and item for item in data):
        raise _invalid(
            origin, "record_key", data, "must be a list of components, each a list of alternatives"
        )
    components = []
    for i, component in enumerate(data):
        parts = []
        for j, item in enumerate(component):
            fields = _Fields(item, origin, f"record_key[{i}][{j}].")
            parts.append(KeyPart(fields.text("column"), fields.one_of("when", KEY_CONDITIONS)))
            fields.refuse_the_rest()
        components.append(tuple(parts))
    return tuple(components)


def _check_references(contract: Contract, origin: str) -> None:
    """Every name points to a column of the right type; headers and names are unique."""
    by_name = {column.name: column for column in contract.columns}
    if len(by_name) != len(contract.columns):
        raise _invalid(origin, "columns", None, "two columns have one name")
    headers = [header for column in contract.columns for header in (column.header, *column.aliases)]
    for header in headers:
        if headers.count(header) > 1:
            raise _invalid(origin, "columns", header, "two columns have one header")
    dates = {
        "change_date": contract.change_date,
        "life.start": contract.life_start,
        "life.end": contract.life_end,
    }
    named = {
        **dates,
        "name": contract.name,
        "full_scope": contract.full_scope,
        "skip_unless": contract.skip_unless,
        **{f"required[{i}]": name for i, name in enumerate(contract.required)},
        **{f"required_any[{i}]": name for i, group in enumerate(contract.required_any) for name in group},
    }
    parts = [part for component in contract.record_key for part in component]
    for field, name in [*named.items(), *(("record_key", part.column) for part in parts)]:
        if name is not None and name not in by_name:
            raise _invalid(origin, field, name, "names no column of this contract")
    for field, name in dates.items():
        if name is not None and by_name[name].type != "date":
            raise _invalid(origin, field, name, "must be a column of type date")
    for part in parts:
        if part.when == "valid" and by_name[part.column].type != "code":
            raise _invalid(origin, "record_key", part.column, "only a code can be valid")
    if contract.append_only != (contract.absence == "none"):
        raise _invalid(origin, "absence", contract.absence, "append_only goes with absence none, and only it")
