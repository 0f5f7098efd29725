"""The version of the product, as its package and its interface state it."""

from typing import Final

VERSION: Final = "0.1.0"
