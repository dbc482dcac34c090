"""The languages of Whisper: codes as its tokens spell them, names in English."""

import difflib

from stt.domain.errors import InvalidRequest
from stt.domain.job import AUTO_LANGUAGE, MULTI_LANGUAGE

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

_CODES = {name.lower(): code for code, name in LANGUAGES.items()}


def check_language(language: str) -> str:
    """The code of `language`, given as a code, as its English name, or as `auto` or `multi`, in upper or lower case.

    A name is taken only when it is written out in full, so that it can mean one language alone; regions
    (`vi-VN`) are refused, because Whisper knows none.

    Raises:
        InvalidRequest: code `unknown_language`; the message names the nearest ones.
    """
    wanted = language.strip().lower()
    if wanted in LANGUAGES or wanted in DECIDED_BY_EAR:
        return wanted
    if wanted in _CODES:
        return _CODES[wanted]
    raise InvalidRequest(
        f"{language[:40]!r} is not a language this service knows.{_suggestion(wanted)}"
        " Give a code such as 'vi' or 'en', 'auto' to have it detected, or 'multi' where several are spoken.",
        code="unknown_language",
    )


def _suggestion(wanted: str) -> str:
    near = difflib.get_close_matches(wanted[:40], [*_CODES, *DECIDED_BY_EAR], n=3, cutoff=0.7)
    primary = wanted.replace("_", "-").partition("-")[0]
    codes = [primary] if primary in LANGUAGES else [_CODES.get(name, name) for name in near]
    if not codes:
        return ""
    return f" Did you mean {' or '.join(_labelled(code) for code in codes)}?"


def _labelled(code: str) -> str:
    return f"'{code}' ({LANGUAGES[code]})" if code in LANGUAGES else f"'{code}'"
