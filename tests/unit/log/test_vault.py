"""The vault: pseudonyms that lead back only through keys, and values that can be erased."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianhui.core.errors import UsageError
from jianhui.core.text import canonical_key
from jianhui.log.vault import PSEUDONYM_PATTERN, Vault, is_pseudonym

DAY = date(2014, 3, 31)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "home" / "vault", tmp_path / "keys")


def pseudonyms(vault: Vault, *values: str | None, kind: str = "text", day: date = DAY) -> list[str]:
    return vault.pseudonymise(pl.Series(values, dtype=pl.String), kind, day).to_list()


def test_what_goes_in_comes_out_for_who_has_the_keys(vault: Vault) -> None:
    first, none, second, again = pseudonyms(vault, "王某某", None, "0411", "王某某")
    assert (none, first) == (None, again)
    assert vault.reveal([first, second, "not a pseudonym"]) == {first: "王某某", second: "0411"}


def test_a_pseudonym_is_the_same_tomorrow_and_another_for_another_kind_or_home(
    vault: Vault, tmp_path: Path
) -> None:
    (first,) = pseudonyms(vault, "王某某")
    assert pseudonyms(Vault(vault.folder, vault.keys_root), "王某某", day=date(2015, 1, 1)) == [first]
    assert pseudonyms(vault, "王某某", kind="code") != [first]
    assert pseudonyms(Vault(tmp_path / "other", vault.keys_root), "王某某") != [first]


@settings(max_examples=20)
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_can_be_kept_and_its_pseudonym_survives_as_a_key(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    root = tmp_path_factory.mktemp("vault")
    vault = Vault(root / "vault", root / "keys")
    (one,) = pseudonyms(vault, value)
    assert vault.reveal([one]) == {one: value}
    assert canonical_key(one) == one
    assert is_pseudonym(one)
    assert pl.Series([one]).str.contains(PSEUDONYM_PATTERN).all()


def test_values_do_not_stand_in_clear_in_the_database(vault: Vault) -> None:
    pseudonyms(vault, "王某某住在某处")
    data = b"".join(path.read_bytes() for path in vault.folder.rglob("*") if path.is_file())
    assert "王某某".encode() not in data


def test_an_erased_value_is_gone_and_the_others_stay(vault: Vault) -> None:
    first, second = pseudonyms(vault, "王某某", "李某某")
    assert vault.erase([first, first, "P:" + "0" * 24]) == 1
    assert vault.reveal([first, second]) == {second: "李某某"}
    assert vault.erase([first]) == 0


def test_erasing_overwrites_the_row_in_the_file(vault: Vault) -> None:
    (one,) = pseudonyms(vault, "王某某")
    digest = bytes.fromhex(one.removeprefix("P:"))
    database = vault.folder / "values.sqlite"
    assert digest in database.read_bytes()
    vault.erase([one])
    assert digest not in database.read_bytes()


def test_values_no_delivery_has_held_since_a_month_can_be_erased(vault: Vault) -> None:
    old, still = pseudonyms(vault, "王某某", "李某某", day=date(2013, 12, 31))
    pseudonyms(vault, "李某某", day=date(2014, 2, 1))
    pseudonyms(vault, "李某某", day=date(2013, 11, 1))  # a late delivery takes nothing back
    assert vault.erase_unseen_since(date(2014, 1, 31)) == 1
    assert vault.reveal([old, still]) == {still: "李某某"}


def test_an_original_is_gone_once_its_key_is_destroyed(vault: Vault) -> None:
    vault.seal_original("a-1", b"first")
    vault.seal_original("a-2", b"second")
    assert vault.open_original("a-1") == b"first"
    assert b"first" not in vault.original_path("a-1").read_bytes()
    assert vault.destroy_original_key("a-1")
    assert not vault.destroy_original_key("a-1")
    with pytest.raises(UsageError) as error:
        vault.open_original("a-1")
    assert error.value.code == "vault_key_missing"
    assert vault.open_original("a-2") == b"second"


def test_a_sealed_original_cannot_be_passed_off_as_another(vault: Vault) -> None:
    vault.seal_original("a-1", b"first")
    vault.seal_original("a-2", b"second")
    vault.original_path("a-1").replace(vault.original_path("a-2"))
    with pytest.raises(UsageError) as error:
        vault.open_original("a-2")
    assert error.value.code == "vault_key_wrong"
    with pytest.raises(UsageError) as error:
        vault.open_original("a-1")
    assert error.value.code == "original_missing"


@pytest.mark.parametrize("lost", ["pseudonym", "values"])
def test_a_home_that_lost_its_keys_is_told_so_and_gets_no_new_ones(vault: Vault, lost: str) -> None:
    (one,) = pseudonyms(vault, "王某某")
    (key,) = vault.keys_root.rglob(f"{lost}.key")
    key.unlink()
    with pytest.raises(UsageError) as error:
        pseudonyms(vault, "李某某")
    assert error.value.code == "vault_key_missing"
    assert not list(vault.keys_root.rglob(f"{lost}.key"))
    if lost == "values":
        with pytest.raises(UsageError):
            vault.reveal([one])


def test_another_homes_key_does_not_open_the_values(vault: Vault, tmp_path: Path) -> None:
    (one,) = pseudonyms(vault, "王某某")
    (key,) = vault.keys_root.rglob("values.key")
    key.write_bytes(bytes(32))
    with pytest.raises(UsageError) as error:
        vault.reveal([one])
    assert error.value.code == "vault_key_wrong"


def test_reading_creates_nothing(vault: Vault) -> None:
    assert vault.reveal(["P:" + "0" * 24]) == {}
    assert vault.erase(["P:" + "0" * 24]) == 0
    assert vault.erase_unseen_since(DAY) == 0
    assert not vault.folder.exists()
    assert not vault.keys_root.exists()


def test_keys_are_for_their_owner_alone(vault: Vault) -> None:
    pseudonyms(vault, "王某某")
    for path in vault.keys_root.rglob("*.key"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_every_folder_made_for_the_keys_is_for_their_owner_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "home" / "vault", tmp_path / "config" / "jianhui" / "keys")
    vault.seal_original("commerce-20140331-full-0000000000-1", b"file")
    made = [path for path in (tmp_path / "config", *(tmp_path / "config").rglob("*")) if path.is_dir()]
    assert len(made) == 5
    assert [path for path in made if path.stat().st_mode & 0o077] == []
