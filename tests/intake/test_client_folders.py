"""Folders of clients: made from the template, found by name, and deleted with a list of what is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from simkit.foundation.errors import ConfigError, RunError, UsageError
from simkit.intake.privacy import purge
from simkit.intake.privacy.purge import purge_client, purge_kept
from simkit.intake.settings.client_folders import (
    client_folder,
    client_names,
    folder_of,
    init_client,
    make_workspace,
    project_root,
)
from simkit.intake.settings.client_settings import load_config


@pytest.fixture
def root(tmp_path: Path, project: Path) -> Path:
    """Return a project with the real template and one client."""
    shutil.copytree(project / "templates" / "client", tmp_path / "templates" / "client")
    (tmp_path / "client_data" / "acme").mkdir(parents=True)
    (tmp_path / "client_data" / "acme" / "client.yaml").write_text("client: acme\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def full_root(root: Path) -> Path:
    """Return the project with exports, two reports and a cache of the client."""
    for place, size in (("client_data/acme/raw", 100), ("reports/acme/run-1", 20), ("reports/.cache/acme", 3)):
        (root / place).mkdir(parents=True)
        (root / place / "file.csv").write_bytes(b"x" * size)
    (root / "reports" / "other").mkdir()
    return root


def _link(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target)
    except OSError as error:  # Windows allows links to administrators and developers only
        pytest.skip(f"links cannot be made here: {error}")


def test_new_client_is_the_template_with_its_name_and_language(root: Path) -> None:
    made = init_client("Kunde-7", root, language="en")
    content = yaml.safe_load((made / "client.yaml").read_text(encoding="utf-8"))
    assert made == root / "client_data" / "Kunde-7"
    assert (content["client"], content["language"]) == ("Kunde-7", "en")
    assert (made / "README.md").is_file()


@pytest.mark.parametrize("name", ["007", "null", "1e5", "no"])
def test_names_that_yaml_would_read_as_something_else_stay_text(root: Path, name: str) -> None:
    made = init_client(name, root)
    assert yaml.safe_load((made / "client.yaml").read_text(encoding="utf-8"))["client"] == name


def test_template_with_its_proposals_freed_is_a_valid_configuration(root: Path) -> None:
    path = init_client("new", root) / "client.yaml"
    text = path.read_text(encoding="utf-8")
    proposed = text[text.index("# tables:\n") : text.index("# score:")]
    freed = "\n".join(line.removeprefix("# ").removeprefix("#") for line in proposed.splitlines())
    path.write_text(text.replace("\ntables: {}\n", f"\n{freed}\n"), encoding="utf-8")
    config = load_config(path.parent)
    assert set(config.tables) == {
        "customers", "orders", "opportunities", "activities", "time_estimates", "employees", "ratings",
    }  # fmt: skip


def test_new_client_without_tables_is_told_what_is_needed(root: Path) -> None:
    with pytest.raises(ConfigError, match="activities"):
        load_config(init_client("new", root))


@pytest.mark.parametrize("name", ["acme", "ACME"])
def test_existing_client_is_never_overwritten(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="'acme' exists already") as caught:
        init_client(name, root)
    assert caught.value.exit_code == 2
    assert (root / "client_data/acme/client.yaml").read_text(encoding="utf-8") == "client: acme\n"


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "", ".", "..", "-x", "Müller", "a b", "con", "LPT1", "x" * 65])
@pytest.mark.parametrize("command", [init_client, client_folder, purge_client])
def test_names_that_are_no_folder_names_are_refused(root: Path, command: object, name: str) -> None:
    assert callable(command)
    with pytest.raises(UsageError, match="cannot be the name of a client"):
        command(name, root)


def test_missing_template_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr("simkit.foundation.paths.SHIPPED", root / "gone")
    (root / "templates" / "client" / "client.yaml").unlink()
    with pytest.raises(UsageError, match=r"belongs to simkit is missing[\s\S]*client\.yaml[\s\S]*Install simkit anew"):
        init_client("new", root)
    assert not (root / "client_data" / "new").exists()


def test_own_skeleton_of_the_workspace_goes_before_the_shipped_one_file_by_file(
    root: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    (root / "templates" / "client" / "README.md").write_text("ours", encoding="utf-8")
    (root / "templates" / "client" / "client.yaml").unlink()
    made = init_client("new", root)
    assert (made / "README.md").read_text(encoding="utf-8") == "ours"
    shipped = (project / "templates" / "client" / "client.yaml").read_text(encoding="utf-8").splitlines()
    assert (made / "client.yaml").read_text(encoding="utf-8").splitlines()[0] == shipped[0]


def test_a_folder_becomes_a_workspace_whose_clients_stay_out_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="cannot be the name"):
        init_client("a b")
    assert not list(tmp_path.iterdir())
    assert init_client("new") == tmp_path / "client_data" / "new"
    assert [(tmp_path / name / ".gitignore").read_text() for name in ("client_data", "reports")] == ["*\n", "*\n"]
    assert client_names() == ("new",)


def test_a_workspace_stays_as_it_is(root: Path) -> None:
    make_workspace(root)
    assert sorted(path.name for path in root.iterdir()) == ["client_data", "templates"]
    assert not (root / "client_data" / ".gitignore").exists()


def test_client_is_found_by_name(root: Path) -> None:
    assert client_folder("acme", root) == root / "client_data" / "acme"
    assert client_names(root) == ("acme",)


def test_misspelt_client_is_asked_about_and_all_are_listed(root: Path) -> None:
    init_client("beta", root)
    with pytest.raises(UsageError) as caught:
        client_folder("acne", root)
    message = caught.value.render("en")
    assert "Did you mean 'acme'?" in message
    assert "Meinten Sie 'acme'?" in caught.value.render("de")


def test_first_client_of_an_empty_project_is_invited(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There are none yet[\s\S]*simkit init acme"):
        client_folder("acme", tmp_path)
    with pytest.raises(UsageError, match="To make a new one: simkit demo"):
        client_folder("demo", tmp_path)


def test_folder_without_client_yaml_is_said(root: Path) -> None:
    (root / "client_data" / "empty").mkdir()
    with pytest.raises(UsageError, match=r"'empty' has no client\.yaml"):
        client_folder("empty", root)


def test_purge_deletes_everything_of_the_client_and_says_what(full_root: Path) -> None:
    deleted = purge_client("acme", full_root)
    assert [(place.path.relative_to(full_root).as_posix(), place.files, place.size_bytes) for place in deleted] == [
        ("client_data/acme", 2, 113),
        ("reports/acme", 1, 20),
        ("reports/.cache/acme", 1, 3),
    ]
    left = sorted(
        path.relative_to(full_root).as_posix() for path in full_root.rglob("*") if "templates" not in path.parts
    )
    assert left == ["client_data", "reports", "reports/.cache", "reports/other"]


def test_what_is_kept_between_runs_can_be_deleted_alone(full_root: Path) -> None:
    (deleted,) = purge_kept("acme", full_root)
    assert (deleted.path.relative_to(full_root).as_posix(), deleted.files) == ("reports/.cache/acme", 1)
    assert (full_root / "client_data/acme/raw/file.csv").exists() and (full_root / "reports/acme/run-1").exists()
    assert purge_kept("acme", full_root) == ()
    with pytest.raises(UsageError, match="Did you mean 'acme'"):
        purge_kept("acm", full_root)


def test_purge_deletes_reports_that_outlived_the_client_folder(full_root: Path) -> None:
    shutil.rmtree(full_root / "client_data" / "acme")
    assert [place.path.name for place in purge_client("acme", full_root)] == ["acme", "acme"]


def test_purge_deletes_read_only_files(full_root: Path) -> None:
    (full_root / "client_data/acme/raw/file.csv").chmod(0o444)
    assert purge_client("acme", full_root)[0].files == 2


def test_purge_of_an_unknown_client_deletes_nothing(full_root: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'acme'"):
        purge_client("acm", full_root)


@pytest.mark.parametrize("name", ["demo", "Demo"])
def test_demo_is_deleted_only_by_force(full_root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="demo client belongs to the project"):
        purge_client(name, full_root)
    (full_root / "client_data" / name).mkdir()
    assert purge_client(name, full_root, force=True)[0].files == 0


@pytest.mark.parametrize("inside", ["client_data/acme/raw/link", "reports/acme/link", "client_data/acme/raw/file.csv"])
def test_link_that_leads_out_stops_the_purge_before_it_begins(
    full_root: Path, tmp_path_factory: pytest.TempPathFactory, inside: str
) -> None:
    outside = tmp_path_factory.mktemp("precious")
    (outside / "keep.txt").write_text("keep", encoding="utf-8")
    (full_root / inside).unlink(missing_ok=True)
    _link(full_root / inside, outside)
    with pytest.raises(UsageError, match="A link leads out of the folder"):
        purge_client("acme", full_root)
    assert (full_root / "client_data/acme/client.yaml").is_file()
    assert (outside / "keep.txt").is_file()


def test_client_folder_that_is_itself_a_link_is_not_followed(full_root: Path) -> None:
    _link(full_root / "client_data" / "alias", full_root / "client_data" / "acme")
    with pytest.raises(UsageError, match="A link leads out of the folder"):
        purge_client("alias", full_root)
    assert (full_root / "client_data/acme/client.yaml").is_file()


def test_link_that_leads_to_itself_stops_the_purge(full_root: Path) -> None:
    loop = full_root / "client_data/acme/loop"
    _link(loop, loop)
    with pytest.raises(UsageError, match="A link leads out of the folder"):
        purge_client("acme", full_root)


def test_link_within_the_folder_is_deleted_as_a_link(full_root: Path) -> None:
    _link(full_root / "client_data/acme/same.csv", full_root / "client_data/acme/raw/file.csv")
    assert purge_client("acme", full_root)[0].files == 3
    assert not (full_root / "client_data/acme").exists()


@pytest.mark.parametrize("most", [20, 1])
def test_what_cannot_be_deleted_is_listed_at_the_end_and_all_else_is_gone(
    full_root: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    unlink = Path.unlink

    def refuse(path: Path) -> None:
        if path.name == "client.yaml" or path.parent.name == "run-1":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(purge, "MOST_REFUSED", most)
    with pytest.raises(RunError) as caught:
        purge_client("acme", full_root)

    english, german = caught.value.what.en, caught.value.what.de
    assert f"{full_root / 'client_data/acme/client.yaml'}: access is denied" in english
    assert ("reports/acme/run-1/file.csv: access is denied" in english) == (most > 1)
    assert ("… and 1 more" in english) == (most == 1)
    assert "client.yaml: der Zugriff ist verweigert" in german and "Not everything" not in german
    left = {path.relative_to(full_root).as_posix() for path in full_root.rglob("*") if path.is_file()}
    assert {one for one in left if "templates" not in one} == {
        "client_data/acme/client.yaml", "reports/acme/run-1/file.csv",
    }  # fmt: skip


def test_workspace_is_the_nearest_parent_with_clients(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "client_data" / "acme" / "raw").mkdir()
    shutil.rmtree(root / "templates")
    monkeypatch.chdir(root / "client_data" / "acme" / "raw")
    assert project_root() == root.resolve()


def test_a_client_outside_of_any_workspace_belongs_to_the_present_one(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    monkeypatch.chdir(root)
    assert project_root(outside) == root.resolve()


def test_missing_workspace_is_said_with_two_ways_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"No workspace found[\s\S]*simkit demo[\s\S]*simkit init"):
        project_root()


def test_a_file_in_place_of_a_folder_is_told_as_one(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (root / "client_data" / "plain").write_text("x", encoding="utf-8")
    for command in (init_client, client_folder):
        with pytest.raises(UsageError, match=r"'plain' is a file; a folder belongs there\.[\s\S]*Move the file"):
            command("plain", root)
    for name in ("client_data", "reports"):
        other = tmp_path_factory.mktemp("other")
        (other / name).write_text("x", encoding="utf-8")
        with pytest.raises(UsageError, match=f"'{name}' is a file"):
            init_client("new", other)
        assert [one.name for one in other.iterdir()] == [name]


def test_a_client_may_be_given_by_its_client_yaml(root: Path) -> None:
    folder = root / "client_data" / "acme"
    assert folder_of(str(folder / "client.yaml")) == folder_of(str(folder)) == folder
