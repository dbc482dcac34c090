"""The languages of Whisper: codes as its tokens spell them, names in English."""

import difflib
import re

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.job import AUTO_LANGUAGE, MULTI_LANGUAGE
from stt.domain.whisper.language_aliases import ALIASES

DECIDED_BY_EAR = (AUTO_LANGUAGE, MULTI_LANGUAGE)

LANGUAGES = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "as": "Assamese",
    "az": "Azerbaijani",
    "ba": "Bashkir",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "br": "Breton",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fo": "Faroese",
    "fr": "French",
    "gl": "Galician",
    "gu": "Gujarati",
    "ha": "Hausa",
    "haw": "Hawaiian",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "ht": "Haitian Creole",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "jw": "Javanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "la": "Latin",
    "lb": "Luxembourgish",
    "ln": "Lingala",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mg": "Malagasy",
    "mi": "Maori",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Myanmar",
    "ne": "Nepali",
    "nl": "Dutch",
    "nn": "Nynorsk",
    "no": "Norwegian",
    "oc": "Occitan",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sa": "Sanskrit",
    "sd": "Sindhi",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sn": "Shona",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "su": "Sundanese",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "tg": "Tajik",
    "th": "Thai",
    "tk": "Turkmen",
    "tl": "Tagalog",
    "tr": "Turkish",
    "tt": "Tatar",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "yo": "Yoruba",
    "yue": "Cantonese",
    "zh": "Chinese",
}

_CODES = {name.lower(): code for code, name in LANGUAGES.items()} | ALIASES

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*(?:[.@][\w.@-]*)?")
"""A language with script, region or variant behind it, as BCP 47, browsers and POSIX locales write it."""


def check_language(language: str) -> str:
    """The code of `language`, given as `auto` or `multi`, as a code, or as an English name, in any case.

    Of a tag with a region or a script (`vi-VN`, `en_US`, `zh-Hant-TW`) the language counts: Whisper knows no regions.
    A name is taken only when it is written out in full, so that it can mean one language alone.

    Raises:
        InvalidRequest: code `unknown_language`; the message names the nearest ones.
    """
    wanted = language.strip().lower()
    if wanted in LANGUAGES or wanted in DECIDED_BY_EAR:
        return wanted
    if code := _CODES.get(wanted) or _primary(wanted):
        return code
    raise InvalidRequest(
        f"{language[:40]!r} is not a language this service knows.{_suggestion(wanted)}"
        " Give a code such as 'vi' or 'en', 'auto' to have it detected, or 'multi' where several are spoken.",
        code="unknown_language",
    )


def _primary(wanted: str) -> str | None:
    """The language of a tag; `zh-yue` and the like are older spellings of a language of their own."""
    tag = _TAG.fullmatch(wanted)
    if tag is None:
        return None
    if wanted.startswith(("zh-yue", "zh_yue")):
        return "yue"
    return tag[1] if tag[1] in LANGUAGES else _CODES.get(tag[1])


def _suggestion(wanted: str) -> str:
    near = difflib.get_close_matches(wanted[:40], [*_CODES, *DECIDED_BY_EAR], n=3, cutoff=0.7)
    codes = dict.fromkeys(_CODES.get(name, name) for name in near)
    if not codes:
        return ""
    return f" Did you mean {' or '.join(_labelled(code) for code in codes)}?"


def _labelled(code: str) -> str:
    return f"'{code}' ({LANGUAGES[code]})" if code in LANGUAGES else f"'{code}'"
