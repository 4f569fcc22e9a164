"""The image and the files of `deploy/`, as far as they can be tried without a container engine."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cluster.front import is_ready
from app.cluster.programs import Program
from app.settings import Settings
from tests.live.server import ROOT, free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
STAGES = DOCKERFILE.split("\nFROM ")
COMPOSE = (ROOT / "compose.yaml").read_text()
KUBERNETES = (ROOT / "deploy" / "kubernetes.yaml").read_text()
NOT_SETTINGS = {"STAIRSTEP_HOSTNAME", "STAIRSTEP_TEST_DATABASE"}
"""A name that compose.yaml itself uses, and one of the tests."""
GIVEN = {
    "POSTGRES_PASSWORD": "p" * 48,
    "REDIS_PASSWORD": "r" * 48,
    "STAIRSTEP_SECRET_KEY": "s" * 64,
    "STAIRSTEP_HOSTNAME": "stair.example",
}


def copied_from_here() -> list[tuple[str, str]]:
    """(source, target) of each COPY from the build's folder."""
    copies = [shlex.split(line)[1:] for line in re.findall(r"^COPY .*$", DOCKERFILE, re.MULTILINE)]
    return [(source, words[-1]) for words in copies if "--from" not in words[0] for source in words[:-1]]


def sees(path: str) -> bool:
    """Whether .dockerignore lets the build see it: the last line that fits decides."""
    seen = True
    for line in (ROOT / ".dockerignore").read_text().split():
        rule = line.removeprefix("!")
        if any(fnmatch(part, rule) for part in (path, *map(str, Path(path).parents))):
            seen = line.startswith("!")
    return seen


@pytest.mark.parametrize("source", sorted({source for source, _ in copied_from_here()}))
def test_what_the_image_copies_is_there_and_let_through(source: str) -> None:
    assert (ROOT / source).exists()
    assert sees(source)


def command_of(kind: str) -> list[str]:
    """What a HEALTHCHECK or the last CMD runs."""
    found = re.findall(r"CMD (\[.*?\])\s*$", DOCKERFILE, re.MULTILINE)
    command: list[str] = json.loads(found[0] if kind == "HEALTHCHECK" else found[-1])
    return command


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, installed from what the image copies and nothing else; its dependencies are ours."""
    build, target = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("installed")
    for source, to in copied_from_here():
        if to == "./":
            shutil.copy(ROOT / source, build)
        else:
            leave_out = shutil.ignore_patterns("__pycache__", "vendor")
            shutil.copytree(ROOT / source, build / to, ignore=leave_out)
    vendor = build / "app" / "static" / "vendor"
    vendor.mkdir()
    for target_name in re.findall(r"^COPY --from=browser-files \S+ (\S+)$", DOCKERFILE, re.MULTILINE):
        shutil.copy(ROOT / target_name, build / target_name)
    stamp = re.search(r"^RUN (sha256sum .*? \.stamp|sha256sum .*?/\.stamp)", DOCKERFILE, re.MULTILINE)
    assert stamp is not None
    subprocess.run(["sh", "-c", stamp.group(1)], cwd=build, check=True)
    install = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "--target", str(target), str(build)], check=True)
    return target


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*")}


def test_the_image_serves_from_what_it_copied_and_writes_nothing_there(installed: Path, tmp_path: Path) -> None:
    port, before = free_port(), tree(installed)
    url = f"http://127.0.0.1:{port}"
    env = {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
    env |= {"STAIRSTEP_DATA_DIR": str(tmp_path), "STAIRSTEP_PORT": str(port), "STAIRSTEP_HOST": "127.0.0.1"}
    command = command_of("CMD")
    assert command[0] == "stairstep"
    program = Program(
        "the image's command",
        [sys.executable, "-P", str(installed / "bin" / command[0]), *command[1:]],
        tmp_path / "log",
        lambda: is_ready(url),
        env=env,
    )
    program.start()
    try:
        check = [word.replace(":8000", f":{port}") for word in command_of("HEALTHCHECK")]
        assert subprocess.run([sys.executable, *check[1:]], env=env, timeout=10, check=False).returncode == 0
        where = subprocess.run(
            [
                sys.executable,
                "-P",
                "-c",
                "import app, app.store.migrate as m; print(app.__file__, m.migrations_folder())",
            ],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        assert all(path.startswith(str(installed)) for path in where.stdout.split())
        program.stop()
        failed = subprocess.run([sys.executable, *check[1:]], env=env, capture_output=True, timeout=10, check=False)
        assert failed.returncode != 0
    finally:
        program.kill()
    assert tree(installed) == before, "nothing is written outside the data folder"
    assert (tmp_path / "stairstep.db").exists()


def test_the_image_runs_as_nobody_special_and_keeps_everything_in_one_folder() -> None:
    last = STAGES[-1]

    assert len(STAGES) >= 3
    assert re.search(r"^USER \d+$", last, re.MULTILINE)
    assert "STAIRSTEP_DATA_DIR=/data" in last
    assert re.search(r"^VOLUME /data$", last, re.MULTILINE)
    assert "pip install" not in last
    for stage in STAGES:
        assert ":latest" not in stage


@pytest.mark.parametrize(
    "file",
    ["Dockerfile", "compose.yaml", "README.md", *(f"deploy/{path.name}" for path in (ROOT / "deploy").iterdir())]
    + [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")],
)
def test_every_setting_that_is_named_exists(file: str) -> None:
    named = set(re.findall(r"\bSTAIRSTEP_[A-Z_]*[A-Z]\b", (ROOT / file).read_text())) - NOT_SETTINGS

    assert named <= {f"STAIRSTEP_{name.upper()}" for name in Settings.model_fields}


def filled(value: str) -> str:
    """A value of compose.yaml with its variables put in."""
    return re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: GIVEN[found.group(1)], value)


def settings_of(environment: dict[str, str]) -> Settings:
    given = {name.removeprefix("STAIRSTEP_").lower(): filled(value) for name, value in environment.items()}
    return Settings(_env_file=None, **given)


def test_compose_gives_each_process_settings_that_fit_together() -> None:
    compose = yaml.safe_load(COMPOSE)
    services: dict[str, dict[str, Any]] = compose["services"]
    processes = [service for service in services.values() if service.get("image") == "stairstep"]

    assert len(processes) == 2
    for service in processes:
        settings = settings_of(service["environment"])
        assert settings.on_postgres
        assert settings.https
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert {
        volume.split(":")[0]
        for one in services.values()
        for volume in one.get("volumes", [])
        if "/" not in volume.split(":")[0]
    } == set(compose["volumes"])
    known = set(services)
    for service in services.values():
        assert set(service.get("depends_on", [])) <= known
        for mounted in service.get("volumes", []):
            if mounted.startswith("./"):
                assert (ROOT / mounted.split(":")[0]).is_file()
    front = (ROOT / "deploy" / "Caddyfile").read_text()
    assert set(re.findall(r"(\w+):8000", front)) == {name for name in known if name.startswith("app")}


def test_kubernetes_parts_belong_together() -> None:
    parts = {part["kind"]: part for part in yaml.safe_load_all(KUBERNETES)}
    pod = parts["Deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    container = pod["spec"]["containers"][0]

    for selector in (
        parts["Deployment"]["spec"]["selector"]["matchLabels"],
        parts["Service"]["spec"]["selector"],
        parts["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector == labels
    port = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert port == {"http": Settings.model_fields["port"].default}
    assert parts["Service"]["spec"]["ports"][0]["targetPort"] in port
    assert parts["Service"]["metadata"]["name"] in KUBERNETES.partition("kind: Ingress")[2]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["spec"]["volumes"]}
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["spec"]["securityContext"]["runAsUser"] == int(re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)[0])
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] == "/healthz"
    hangs = container["livenessProbe"]
    noticed_s = hangs["failureThreshold"] * (hangs["periodSeconds"] + hangs["timeoutSeconds"])
    assert noticed_s + hangs["terminationGracePeriodSeconds"] < 10, "then it is killed, and its people move"
    settings_of({one["name"]: one["value"] for one in container["env"]})
