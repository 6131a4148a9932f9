"""HTML to plain text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.detection.authored import own_spans
from handlers.detection.plain import MOST_CHARACTERS, plain

SHOWN = {
    "a message": ("<p>We leave<br>in <b>March</b>.</p>", "We leave\nin March."),
    "paragraphs": ("<p>One</p>\n<p>Two</p><p></p><div>Three</div><div>Four</div>", "One\n\nTwo\n\nThree\nFour"),
    "plain already": ("a < b and\r\nc > d &amp; <ana@x.example>\u00a0", "a < b and\nc > d & <ana@x.example>"),
    "entities": ("<p>caf&eacute;&nbsp;&#8364;5 &lt;3</p>", "café €5 <3"),
    "a list": ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
    "a table": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    "unseen": ("<style>p{}</style><p>Hi<!-- no --><script>x<p></script> there</p>", "Hi there"),
    "a picture": ('<p>See</p><div class="intercom-container"><img src="https://x.example/leave.png"></div>', "See"),
    "a link": ('<p>See <a href="https://x.example/cancel">this</a></p>', "See this"),
    "space": ("<p>  We\n   leave  </p>", "We leave"),
    "invisible": ("<p>can\u200bcel</p>", "cancel"),
    "no such character": ("<p>&#" + "9" * 5000 + ";</p>", "\ufffd"),
    "Word": ('<p class="MsoNormal">We leave<o:p></o:p></p><w-x>.</w-x>', "We leave\n\n."),
    "lines as they are": ("<pre>one\n  two</pre>three", "one\ntwo\n\nthree"),
    "not closed": ("<p>We <b>leave", "We leave"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("body", "text"), SHOWN.values(), ids=SHOWN)
def test_the_text_is_what_a_reader_sees(body: str, text: str) -> None:
    """Tags, comments, scripts and addresses of links are not seen."""
    assert plain(body) == text


QUOTED = {
    "gmail": '<div>No.</div><div class="gmail_quote"><div class="gmail_attr">On 3 May 2026, A wrote:<br></div>'
    "<blockquote>Will you cancel?</blockquote></div>",
    "apple": '<div>No.</div><blockquote type="cite"><p>Will you</p><p>cancel?</p></blockquote>',
    "outlook": '<p>No.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">Ana</div><p>Will you cancel?</p>',
    "thunderbird": '<p>No.</p><div class="moz-cite-prefix">Am 3.5.26 schrieb Ana:<br></div><blockquote>?</blockquote>',
    "proton": '<div>No.</div><div class="protonmail_quote">On 3 May 2026, A &lt;a@b.c&gt; wrote:<p>?</p></div>',
    "signature": '<p>No.</p><pre class="moz-signature">-- \nAna\nHead of Security</pre>',
    "gmail signature": '<div>No.</div><div class="gmail_signature">Ana<br>Head of Security</div>',
    "a number": "<blockquote>3 rooms?</blockquote><p>No.</p>",
    "answer below": "<blockquote>Will you cancel?</blockquote><p>No.</p>",
}


@pytest.mark.parametrize("body", QUOTED.values(), ids=QUOTED)
def test_a_quoted_mail_in_html_is_not_the_customers(body: str) -> None:
    """Mail programs mark it by an element, and an answer may stand below."""
    text = plain(body)
    assert [text[stretch] for stretch in own_spans(text)] == ["No."]


def test_a_text_is_cut_where_nobody_writes_on() -> None:
    """What is pasted has no end."""
    assert len(plain("a" * 200_000)) == MOST_CHARACTERS


def test_the_text_of_a_text_is_the_same() -> None:
    """What has become plain text stays it."""
    text = plain(QUOTED["gmail"])
    assert plain(text) == text


TAGS = st.sampled_from(
    "<p> </p> <div class='gmail_quote'> </div> <blockquote> <br/> <!-- --> <td> <style> </style> &#x; &#".split()
)


@settings(max_examples=60)
@given(st.lists(TAGS | st.text(max_size=5), max_size=12).map("".join))
def test_any_body_has_a_text(body: str) -> None:
    """Nothing raises, whatever somebody sends."""
    assert plain(body).strip("\n") == plain(body)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<p class=", "<div>", "</div>", "<p>x</p>", "&#", "<b>a", "<"])
def test_no_body_takes_long(piece: str) -> None:
    """Python's own parser takes minutes for the first two."""
    plain("<p>" + piece * (131_000 // len(piece)))
