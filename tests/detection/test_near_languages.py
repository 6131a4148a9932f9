"""Languages that are near each other are told apart, in short messages and in those typed without accents."""

from pathlib import Path

import pytest

from config.phrasebook import load_common_words
from handlers.detection.language import Languages

LANGUAGES = Languages(load_common_words(Path(__file__).parents[2] / "config"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "vale gracias!"),
        ("es", "ya no vamos a usar la herramienta la proxima temporada"),
        ("es", "nos estamos planteando cambiar de proveedor"),
        ("it", "ok perfetto grazie mille"),
        ("it", "Chiudiamo la piscina il 15, aggiornate la guida."),
        ("pt", "oi, como faço pra cancelar? nao queremos mais"),
        ("pt", "O mapa do guia abre em Espanha :) o nosso hotel é em Elvas."),
        ("pt", "Quero o distrato, por favor me mandem os documentos."),
        ("pt", "Em setembro mudamos para outra plataforma."),
        ("ca", "Hola, no podem entrar al panell des d'ahir, ens podeu ajudar?"),
        ("gl", "Ola, non podemos acceder ao panel dende onte, podedes axudarnos?"),
    ],
)
def test_near_languages_are_told_apart(language: str, text: str) -> None:
    """Each is found as what it is: rules of a language read no text of its neighbour."""
    assert LANGUAGES.of(text, [slice(0, len(text))]) == language
