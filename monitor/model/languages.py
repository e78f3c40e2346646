"""The languages that rules have words in, and the script of each."""

from __future__ import annotations

LANGUAGE_NAMES = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "ar": "Arabic",
    "ru": "Russian",
    "uk": "Ukrainian",
}
LANGUAGES = tuple(LANGUAGE_NAMES)

LANGUAGES_OF = {"latin": ("en", "fr", "es"), "cyrillic": ("ru", "uk"), "arabic": ("ar",)}
"""The languages whose terms may hit a word, by its script."""

SCRIPTS = {language: script for script, languages in LANGUAGES_OF.items() for language in languages}
"""The script of each language."""
