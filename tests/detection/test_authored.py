"""Which words of a text are the customer's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.detection.authored import own_spans


def read(text: str) -> str:
    """Give the customer's own words of a text."""
    return "\n".join(text[stretch] for stretch in own_spans(text))


def test_a_text_without_quotes_is_all_the_customers() -> None:
    """The commonest message: one stretch, the whole of it."""
    assert own_spans("We leave.\n\nIn March.") == (slice(0, 20),)
    assert own_spans("") == own_spans(" \n ") == ()


def test_a_quoted_line_is_not_the_customers_and_the_answer_below_it_is() -> None:
    """An inline answer stands between quoted lines; what stands alone may say more than."""
    assert read("> Will you cancel?\nNo.\n> Sure?\n>3 rooms\nYes.") == "No.\nYes."
    assert read("Affected are\n> 50 % of guests") == "Affected are\n> 50 % of guests"


QUOTED = """\
On Sun, 3 May 2026 at 10:12, Ana from Support <ana@help.example> wrote:
On 3 May 2026, at 10:12, Ana <ana@help.example> wrote:
On 5/3/26, 10:12 AM, Ana wrote:
Am So., 3. Mai 2026 um 10:12 Uhr schrieb Ana <ana@help.example>:
Am 03.05.26 um 10:12 schrieb Ana:
Ana <ana@help.example> schrieb am So., 3. Mai 2026, 10:12:
Ana schrieb am 3. Mai 2026 um 10:12:
Le dim. 3 mai 2026 à 10:12, Ana <ana@help.example> a écrit\u00a0:
El dom, 3 may 2026 a las 10:12, Ana (<ana@help.example>) escribió:
Il giorno dom 3 mag 2026 alle ore 10:12 Ana <ana@help.example> ha scritto:
Em dom., 3 de mai. de 2026 às 10:12, Ana <ana@help.example> escreveu:
Ana <ana@help.example> escreveu no dia domingo, 3/05/2026 à(s) 10:12:
-----Original Message-----
-----Ursprüngliche Nachricht-----
----- Message d'origine -----
-----Mensaje original-----
-----Messaggio originale-----
-----Mensagem original-----
---------- Forwarded message ---------
---------- Weitergeleitete Nachricht ---------
Begin forwarded message:
Début du message réexpédié :
##- Please type your reply above this line -##
Bitte schreiben Sie Ihre Antwort oberhalb dieser Linie
""".splitlines()


@pytest.mark.parametrize("line", QUOTED)
def test_what_follows_the_line_of_a_quoted_mail_is_another_persons(line: str) -> None:
    """A mail program writes who wrote the quoted mail, in six languages."""
    assert read(f"It works.\n\n{line}\nDo you want to cancel?\n\nBye") == "It works."


def test_the_line_of_a_quoted_mail_may_be_broken() -> None:
    """Mail programs break it at 72 characters."""
    text = "It works.\n\nOn Sun, 3 May 2026 at 10:12, Ana from Support\n<ana@help.example> wrote:\n\nWill you cancel?"
    assert read(text) == "It works."


ABOVE = ["It works.", "On my side it works.", "On 3 May it worked, and now:", "No, thanks"]


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("line", QUOTED[:12])
def test_a_line_right_above_is_the_customers(above: str, line: str) -> None:
    """There need be no blank line between an answer and the mail that it answers."""
    assert read(f"{above}\n{line}\nDo you want to cancel?") == above


def test_an_answer_below_marked_lines_is_read() -> None:
    """Below a quote by `>` people answer."""
    assert read("On 3 May 2026, Ana wrote:\n> Will you cancel?\n\nYes, in March.") == "Yes, in March."
    assert read("On Mon at 09:12, Support wrote:\n> 3 rooms?\n\nYes.") == "Yes."
    assert read("On Mon at 09:12, Support wrote:\n\n> Did it help?\nIt did.") == "It did."


HEADERS = {
    "en": "From: Ana <ana@help.example>\nSent: Sunday, 3 May 2026 10:12\nTo: Front Desk\nSubject: Re: Rooms",
    "de": "Von: Ana\nGesendet: Sonntag, 3. Mai 2026 10:12\nAn: Empfang\nBetreff: AW: Zimmer",
    "fr": "De : Ana\nEnvoyé : dimanche 3 mai 2026 10:12\nÀ : Accueil\nObjet : RE: Chambres",
    "es": "De: Ana\nEnviado el: domingo, 3 de mayo de 2026 10:12\nPara: Recepción\nAsunto: RE: Habitaciones",
    "it": "Da: Ana\nInviato: domenica 3 maggio 2026 10:12\nA: Reception\nOggetto: R: Camere",
    "pt": "De: Ana\nEnviada em: domingo, 3 de maio de 2026 10:12\nPara: Recepção\nAssunto: RES: Quartos",
    "bold": "*From:* Ana\n*Date:* Sunday, 3 May 2026\n*Subject:* Rooms\n*To:* Front Desk",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_the_headers_of_a_mail_begin_another_mail(header: str) -> None:
    """Outlook marks a quoted mail by nothing else."""
    assert read(f"It works.\n\n________________________________\n{header}\n\nDo you want to cancel?") == "It works."


SIGNED = {
    "delimiter": "-- \nAna Schmidt\nHead of Security\nHotel Sonne GmbH",
    "en": "Kind regards,\n\nAna Schmidt\nHead of Compliance\n+49 30 1234567\nwww.sonne.example",
    "de": "Mit freundlichen Grüßen\nAna Schmidt\nGeschäftsführerin\nHotel Sonne GmbH, Berlin",
    "fr": "Bien cordialement,\nAna Schmidt\nDirectrice Générale",
    "es": "Un cordial saludo,\nAna García\nDirectora General",
    "it": "Cordiali saluti\nAna Rossi\nDirettore Generale",
    "pt": "Atenciosamente,\nAna Souza\nGerente Geral",
    "one line": "Beste Grüße, Ana Schmidt\nLeiterin Security",
    "best": "Best,\nAna\nHead of Security",
    "device": "Sent from my iPhone",
    "device with a link": "Get Outlook for iOS<https://aka.ms/x>",
    "device de": "Von meinem iPhone gesendet",
    "device fr": "Envoyé de mon iPhone",
    "device es": "Enviado desde mi iPhone",
    "device it": "Inviato da iPhone",
    "device pt": "Enviado do meu iPhone",
    "notice": "This e-mail is confidential and intended solely for the addressee.\nIf you are not the intended"
    " recipient, please delete it.",
    "notice de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, bitte"
    " vernichten.",
    "notice fr": "Ce message est confidentiel et destiné exclusivement à son destinataire.",
    "notice es": "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario.",
    "notice it": "Questo messaggio è riservato e destinato esclusivamente al destinatario.",
    "notice pt": "Esta mensagem é confidencial e destinada exclusivamente ao destinatário.",
}


@pytest.mark.parametrize("signature", SIGNED.values(), ids=SIGNED)
def test_a_signature_is_no_statement(signature: str) -> None:
    """Titles and notices speak of security, compliance and directors, and say nothing."""
    assert read(f"The rooms are wrong again.\n\n{signature}") == "The rooms are wrong again."


def test_thanks_are_words_and_the_name_below_is_none() -> None:
    """Thanks say something of the mood."""
    assert read("It works.\nThanks,\nAna\nGeneral Manager") == "It works.\nThanks,"


KEPT = {
    "postscript": ("It works.\n\nRegards,\nAna\n\nPS: we leave you in March.", "It works.\nPS: we leave you in March."),
    "after thanks": ("Hi\nThanks\nwe leave you in March", "Hi\nThanks\nwe leave you in March"),
    "sentence after farewell": ("Hi\nBest,\nWe are leaving you in March.", "Hi\nWe are leaving you in March."),
    "dashes": (
        "The list:\n--\nWe have decided to move all of our hotels to another system in March.",
        "The list:\n--\nWe have decided to move all of our hotels to another system in March.",
    ),
    "stay": ("From: 3 May\nTo: 5 May\nThe rate is wrong.", "From: 3 May\nTo: 5 May\nThe rate is wrong."),
    "wrote": ("On Monday your colleague wrote:\nall is well\nIt is not.", None),
    "a visit": ("Am Montag schrieb ich Ihnen:\nEs geht nicht.\nWir kündigen.", None),
    "leak": ("Your e-mail to the wrong recipient had confidential data of guests.\nOur lawyers ask why.", None),
    "you wrote": ("On 3 May 2026 you wrote:\nall is well\nIt is not, we cancel.", None),
    "schrieb mir": ("Am 3. Mai 2026 schrieb mir Ihr Kollege:\nAlles gut\nWir kündigen.", None),
    "a phone": ("Sent from my iPhone the picture is wrong, why?\nWe leave.", None),
    "a form": ("From: Ana\nTo: Support\nSubject: Leaving\nMessage: We cancel.\nNow.", None),
    "colon": ("Here they are:\n\nVisa\n\nHope all is well.", None),
    "greeting": ("Saludos\nNos vamos en marzo", None),
}


@pytest.mark.parametrize(("text", "kept"), KEPT.values(), ids=KEPT)
def test_what_only_looks_like_a_quote_or_a_signature_is_kept(text: str, kept: str | None) -> None:
    """Words that are cut are a signal lost for good."""
    assert read(text) == (text if kept is None else kept)


PIECES = st.sampled_from(
    [
        "> ",
        "--",
        "Regards,",
        "On 3 May 2026 at 10:12, A <a@b.c> wrote:",
        "From: a",
        "Subject: b",
        "To: c",
        "Ana",
        "We go.",
        "",
    ]
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12).map("\n".join))
def test_any_text_gives_stretches_of_itself_in_order(text: str) -> None:
    """They neither overlap nor are blank, and nothing raises."""
    stretches = own_spans(text)
    places = [place for stretch in stretches for place in (stretch.start, stretch.stop)]
    assert places == sorted(places)
    assert all(text[stretch].strip() for stretch in stretches)


HOSTILE = (
    "> ",
    "On 2026 wrote",
    "<a@b.c> wrote ",
    "From: \n",
    "a\n",
    "regards ",
    "exclusiv ",
    "- ",
    "On 2026 wrote:\n",
    "\n",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece: str) -> None:
    """Anybody may write to a support desk; 20,000 characters are read at most."""
    own_spans(piece * (20_000 // len(piece)))
