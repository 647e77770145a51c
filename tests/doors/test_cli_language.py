"""The shell is answered in the language it speaks."""

import pytest

from sanbao.base.errors import Missing
from sanbao.doors.cli import main


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh-hans"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_which(environment, language):
    assert main.language_of(environment) == language


@pytest.mark.parametrize(("lang", "words"), [("zh_CN.UTF-8", "没有"), ("C.UTF-8", "There is nothing here")])
def test_a_refusal_is_said_in_it_with_its_field_and_remedy(monkeypatch, capsys, lang, words):
    def refused(**_options):
        raise Missing(field="order", number="RO-1")

    monkeypatch.setattr(main, "cli", refused)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    with pytest.raises(SystemExit) as ended:
        main.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith("sanbao: order: ")
    assert words in told
    assert len(told.splitlines()) == 2
