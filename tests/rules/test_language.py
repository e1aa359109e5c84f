"""The language of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.language import detect

KNOWN = [
    ("hy", "Սահմանին իրավիճակը կայուն է։"),
    ("ru", "Ситуация на границе стабильная."),
    ("az", "Sərhəddə vəziyyət sabitdir."),
    ("az", "Mudafie Nazirliyi bildirib ki, itki yoxdur, herbi texnika qeder."),
    ("tr", "Bakanlık, sınırda durumun sakin olduğunu bildirdi."),
    ("tr", "Savunma Bakanligi bu konuda yeni bir sey acikladi, asker icin sorun yok."),
    ("en", "The situation on the border was calm."),
    ("en", "The ministry said that Kəlbəcər and Laçın were calm for the whole of the night."),
    (None, "Положення на кордоні є стабільним, її ніхто не змінює."),
    ("fr", "Le ministère de la Défense dit que la situation est stable dans le nord."),
    ("fr", "Des hauteurs ont été prises, dit le ministre."),
    (None, "Der Minister und die Truppen, das ist der Stand."),
    (None, "Papikyan - Shoigu"),
    (None, "12:30"),
    (None, ""),
]


@pytest.mark.parametrize(("language", "text"), KNOWN)
def test_languages(language: str | None, text: str) -> None:
    assert detect(text) == language


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert detect(text) in {"hy", "ru", "az", "tr", "en", "fr", None}
