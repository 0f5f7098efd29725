"""The forms in which texts are compared: case, accents, full-width letters and stray blanks carry no meaning."""

import re
import unicodedata


def plain(text: str) -> str:
    """Lower case, without accents, one blank between words; full-width and compatibility forms become plain ones."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().replace("\u2019", "'").split())


def folded(text: str) -> str:
    """`plain` without blanks and punctuation, so that "HAQ-DI" equals "haq di". A percent sign is a word, not
    punctuation: "FVC % predicted" is measured against predicted, "FVC predicted" is the predicted volume itself."""
    return "".join(char for char in plain(text).replace("%", "percent") if char.isalnum())


def by_words(text: str) -> str:
    """`plain` with one underscore before each word, so that "_renal" is found in "renal failure", not in "adrenal"."""
    return "_" + re.sub(r"[\W_]+", "_", plain(text)).strip("_")
