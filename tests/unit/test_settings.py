"""Settings: each wrong value stops the start and says what would be right; the README has a row for each."""

import re
from pathlib import Path

import pytest

from app.errors import WrongSetting
from app.settings import Settings, read_settings

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of this machine is read."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "eighty", "integer"),
        ("PORT", "", "integer"),
        ("BASE_URL", "stair.example", "https://stair.example"),
        ("BASE_URL", "ftp://stair.example", "https://stair.example"),
        ("BASE_URL", "https://stair.example/path", "without a path"),
        ("BASE_URL", "https://", "https://stair.example"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("DATABASE_URL", "mysql://x", "sqlite:///"),
        ("TRUSTED_PROXIES", "nginx", "10.0.0.0/24"),
        ("TRUSTED_PROXIES", "10.0.0.1, proxy.example", "10.0.0.1"),
        ("SMTP_PORT", "0", "greater than or equal to 1"),
        ("SMTP_TLS", "yes", "starttls"),
        ("SMTP_FROM", "Stairstep", "stair@halden.example"),
        ("SMTP_FROM", "stair@halden.example\nBcc: mal@x.example", "stair@halden.example"),
    ],
)
def test_a_wrong_value_names_the_setting_and_says_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, right: str
) -> None:
    monkeypatch.setenv(f"STAIRSTEP_{name}", value)

    with pytest.raises(WrongSetting) as caught:
        read_settings()

    assert f"STAIRSTEP_{name}" in caught.value.sentence
    assert right in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_a_secret_is_not_printed_when_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAIRSTEP_SECRET_KEY", "hunter2hunter2")

    with pytest.raises(WrongSetting) as caught:
        read_settings()

    assert "hunter2" not in caught.value.sentence


@pytest.mark.parametrize(
    ("given", "name", "right"),
    [
        ({}, "SMTP_FROM", "stair@halden.example"),
        ({"FROM": "a@x.example", "USER": "stair"}, "SMTP_PASSWORD", "together with STAIRSTEP_SMTP_USER"),
        ({"FROM": "a@x.example", "USER": "stair", "PASSWORD": "hunter2", "TLS": "off"}, "SMTP_TLS", "starttls or tls"),
    ],
)
def test_settings_of_mail_have_to_fit_together(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str, right: str
) -> None:
    for key, value in ({"HOST": "mail.halden.example"} | given).items():
        monkeypatch.setenv(f"STAIRSTEP_SMTP_{key}", value)

    with pytest.raises(WrongSetting) as caught:
        read_settings()

    assert f"STAIRSTEP_{name}" in caught.value.sentence
    assert right in caught.value.sentence
    assert "hunter2" not in caught.value.sentence


def test_the_defaults_are_those_of_the_contract() -> None:
    found = read_settings()

    assert (str(found.data_dir), found.port, found.redis_url, found.base_url) == ("data", 8000, "", "")
    assert found.sqlite_file == Path("data/stairstep.db")
    assert not found.https


def test_settings_come_from_a_file_too_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("STAIRSTEP_PORT=9000\nSTAIRSTEP_BASE_URL=https://stair.example/\nOTHER=1\n")
    assert (read_settings().port, read_settings().base_url) == (9000, "https://stair.example")
    assert read_settings().https

    monkeypatch.setenv("STAIRSTEP_PORT", "9001")
    assert read_settings().port == 9001


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())


def test_the_readme_has_a_row_for_each_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `STAIRSTEP_(\w+)` \| (.*?) \|", README.read_text(), re.MULTILINE))

    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = str(field.default)
        assert default in rows[name.upper()], f"the README says {rows[name.upper()]} for {name}"
