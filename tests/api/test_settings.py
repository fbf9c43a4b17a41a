"""Settings: one table, documented, refused with the name of the setting."""

from pathlib import Path

import pytest

from api.settings import Settings, load_settings, table
from ingest.errors import BadInputError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows_of(document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("| `YIBAO_")]


def documented_rows() -> list[str]:
    return [f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.help} |" for row in table()]


def test_reference_shows_every_setting() -> None:
    assert rows_of("docs/reference.md") == documented_rows()


def test_readme_shows_the_five_most_used_settings() -> None:
    shown = rows_of("README.md")
    assert len(shown) == 5
    assert set(shown) <= set(documented_rows())


def test_every_setting_has_help() -> None:
    assert all(row.help for row in table())


def test_environment_beats_toml_beats_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yibao.toml").write_text('port = 9001\nhost = "::1"\n', encoding="utf-8")
    monkeypatch.setenv("YIBAO_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.host, settings.workers) == (9002, "::1", 1)


def test_lists_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_CORPUS", "a:b")
    monkeypatch.setenv("YIBAO_CORS_ORIGINS", "https://a.example, https://b.example")
    settings = load_settings()
    assert settings.corpus == (Path("a"), Path("b"))
    assert settings.cors_origins == ("https://a.example", "https://b.example")


def test_empty_model_means_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_MODEL", "")
    assert load_settings().model is None


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("PORT", "70000"), ("WORKERS", "0"), ("CORS_ORIGINS", "*")]
)
def test_unusable_value_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"YIBAO_{name}", value)
    with pytest.raises(BadInputError, match=f"YIBAO_{name}"):
        load_settings()


def test_a_secret_that_cannot_be_used_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_ADMIN_TOKEN", "too-short")
    with pytest.raises(BadInputError, match="YIBAO_ADMIN_TOKEN") as caught:
        load_settings()
    assert "too-short" not in str(caught.value)


def test_a_secret_does_not_show_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_ADMIN_TOKEN", "a-token-of-some-length")
    assert "a-token-of-some-length" not in repr(load_settings())


def test_misspelt_toml_setting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text("prot = 9001\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="no setting 'prot'"):
        load_settings()


def test_broken_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text("port =\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="not valid TOML"):
        load_settings()


def test_settings_cannot_change_after_loading() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_fields_of_records_are_named_under_their_own_heading(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text('[fields]\ntitle = "headline"\n', encoding="utf-8")
    assert load_settings().fields == {"title": "headline"}


def test_a_field_that_articles_do_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text('[fields]\nheading = "headline"\n', encoding="utf-8")
    with pytest.raises(BadInputError, match="heading"):
        load_settings()
