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

_NAMES = LANGUAGE_NAMES | {
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bn": "Bengali",
    "de": "German",
    "el": "Greek",
    "fa": "Persian",
    "he": "Hebrew",
    "hi": "Hindi",
    "hy": "Armenian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "ko": "Korean",
    "ku": "Kurdish",
    "my": "Burmese",
    "nl": "Dutch",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "so": "Somali",
    "sw": "Swahili",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "ur": "Urdu",
    "zh": "Chinese",
}
"""And of others that feeds are in. People do not know their codes: "uk" is read as the United Kingdom."""


def language_name(code: str) -> str:
    """What people call a language: "Ukrainian" for "uk", "Persian" for "fa-IR"; the code where it has no name here."""
    return _NAMES.get(code.partition("-")[0].lower(), code)


LANGUAGES_OF = {"latin": ("en", "fr", "es"), "cyrillic": ("ru", "uk"), "arabic": ("ar",)}
"""The languages whose terms may hit a word, by its script."""

SCRIPTS = {language: script for script, languages in LANGUAGES_OF.items() for language in languages}
"""The script of each language."""
