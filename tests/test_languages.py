from __future__ import annotations

import pytest

from monitor import languages
from monitor.model import Verdict


@pytest.mark.parametrize(
    ("most", "all_of_them", "told"),
    [
        (None, (), ""),
        ("hy", (), "Armenian"),
        ("hy", ("hy",), "Armenian"),
        ("ka", (), "ka"),
        ("hy", ("hy", "ru"), "Armenian, and Russian in some sentences"),
        ("hy", ("ru", "hy", "en"), "Armenian, and Russian and English in some sentences"),
        ("ka", ("ka", "en", "ru"), "ka, and English and Russian in some sentences"),
        (None, ("ru", "tr", "fr"), "Russian, Turkish and French"),
    ],
)
def test_languages_are_called_by_their_names(most: str | None, all_of_them: tuple[str, ...], told: str) -> None:
    assert languages.told(Verdict(alert=False, language=most, languages=all_of_them)) == told
