"""Texts packed to a third, by what such texts usually say; each says which form it was packed in.

A packed text begins with a mark: its form above three set bits. No deflated text begins so, for block
type 3 is reserved; what bears no mark is of form 1. A dictionary is part of its form: what was packed
by it can be read by it alone, so a better one is a new form, and none is ever changed.
"""

import zlib
from collections.abc import Mapping

from handlers.stores.protocol import NewerFormError

_NEWEST = 3
"""The latest form."""

_FORMS: Mapping[str, int] = {"message": 3}
"""Forms of observation that are packed in a form of their own: a version that does not know them says what to do."""

_USUAL_FORM = 2
"""The form that all others are packed in."""

_MARK = 0b111

_USUAL_1 = (
    b'"fields",{"values":[["account","csql","opportunity","payment","signal","event"]],"created":,"read_at":'
    b'"gap",{"object":"Account","resynced":true}"reading",{"date":,"values":[["active_modules",],["available_modules",'
    b'],["platform_score",],["platform_score_90d_ago",],["staff_logins_30d",],["staff_logins_prev_30d",],'
    b'["admin_logins_30d",],["admin_logins_prev_30d",],["messaging",],["automations",],["contactless",],["requests",'
    b'],["staff_adoption","tombstone",{}]'
    b'"conversation",{"created":17,"state":"snoozed","state":"open","state":"closed","delivered_as":'
    b'"customer_initiated","priority":"not_priority","priority":"priority","priority":"none","tags":["p1"],'
    b'"first_admin_reply":17,"last_close":17,"reopens":0,"parts":1,"agent_took_part":true,"agent_source":"profile",'
    b'"agent_resolution":"assumed_resolution","agent_rating":5,"rating":5}]'
)

_USUAL_2 = (
    b'"gap",{"object":"Account","resynced":true}"tombstone",{"merged":true}"reading",{"date":,'
    b'"values":[["active_modules",],["active_staff",],["admin_logins_30d",],["admin_logins_prev_30d",],'
    b'["automations",],["available_modules",],["contactless",],["licensed_seats",],["messaging",],'
    b'["platform_score",],["platform_score_90d_ago",],["requests",],["staff_adoption",],["staff_logins_30d",],'
    b'["staff_logins_prev_30d",]],"holes":[17"fields",{"values":[["arr",],["champion_since",],["deleted",false],'
    b'["expansion_mentions",],["last_exec_interaction",],["name",""],["responsiveness",],["success_tier",'
    b'"Standard"]]["activity_date",],["attended",true],["deleted",false],["type","QBR"]]["close_date",17],'
    b'["deleted",false],["is_closed",false],["is_won",false],["stage","Closed Won"],["type","Renewal"]]["deleted",'
    b'false],["payment_date",17],["status","Paid"]],"created":17,"read_at":17"conversation",{"created":17,'
    b'"state":"snoozed","state":"closed","state":"open","delivered_as":"operator_initiated",'
    b'"delivered_as":"customer_initiated","priority":"priority","priority":"none","priority":"not_priority",'
    b'"tags":["p1"],"first_admin_reply":17,"last_close":17,"reopens":0,"parts":1,"agent_took_part":true,'
    b'"agent_source":"profile","agent_resolution":"assumed_resolution","agent_rating":5,"rating":5,'
    b'"customer_wrote":17,"known_at":17,"resolved":true}]'
)
_USUAL_3 = (
    b'"findings":[{"category":"executive_escalation","quote":"security_compliance","competitor","internal_build",'
    b'"champion_leaving","unresolved_bug","product_gap","budget","cancellation","quote":"we our your the product '
    b'contract renewal please cancel [name] [mail] [phone] [number]","rule":"de.fr.es.it.pt.en.","version":"'
    b'"redacted":true}]"findings":[{"category":""message",{"part":"","language":"it","language":"pt","language":"es",'
    b'"language":"fr","language":"de","language":"en","sentiment":-0."sentiment":0.,"version":"}]'
)
_USUAL: Mapping[int, bytes] = {1: _USUAL_1, 2: _USUAL_2, 3: _USUAL_3}
"""What the texts of observations usually say, by form; what is most usual stands last."""


def pack(text: bytes, form: str = "") -> bytes:
    """Pack a text of a form of observation; it bears no check sum, so whoever stores it has one."""
    packing = _FORMS.get(form, _USUAL_FORM)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _USUAL[packing])
    return bytes([packing << 3 | _MARK]) + packer.compress(text) + packer.flush()


def unpack(packed: bytes) -> bytes:
    """Unpack a text of any form.

    Raises NewerFormError where a newer version of the program packed it, zlib.error where it is damaged.
    """
    marked = packed != b"" and packed[0] & _MARK == _MARK
    form = packed[0] >> 3 if marked else 1
    if form not in _USUAL:
        raise NewerFormError("an observation", form, _NEWEST)
    unpacker = zlib.decompressobj(-15, _USUAL[form])
    return unpacker.decompress(packed[1:] if marked else packed) + unpacker.flush()
