"""What the embedded store asks of its tables of facts and owners."""

from collections.abc import Mapping

from scoring.scope import Scope

FACTS_OF_OWNERS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (
  SELECT subject FROM members WHERE owner IN (SELECT value FROM json_each(?)))
ORDER BY subject"""

FACTS_IN_SCOPE = """
WITH mine (owner, latest) AS MATERIALIZED (
  SELECT value, (
    SELECT ifnull(max(r.first), -1) FROM members r
    WHERE r.owner = value AND r.subject >= :readings AND r.subject < :end_of_readings
      AND r.open = -1 AND r.closed = -1 AND r.last <= :as_of)
  FROM json_each(:owners)),
used (subject) AS (
  SELECT subject FROM mine CROSS JOIN members USING (owner) WHERE subject < :conversations
  UNION ALL
  SELECT subject FROM mine CROSS JOIN members USING (owner)
  WHERE subject >= :end_of_conversations AND subject < :readings
  UNION ALL
  SELECT subject FROM mine CROSS JOIN members USING (owner) WHERE subject >= :end_of_readings
  UNION ALL
  SELECT subject FROM mine CROSS JOIN members USING (owner)
  WHERE subject >= :conversations AND subject < :end_of_conversations
    AND first < :as_of AND (last >= :since OR (open != -1 AND open >= closed))
  UNION ALL
  SELECT subject FROM mine CROSS JOIN members USING (owner)
  WHERE subject >= :readings AND subject < :end_of_readings
    AND first <= :as_of AND (last >= latest OR open != -1 OR closed != -1))
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (SELECT subject FROM used)
ORDER BY subject"""
"""What `scoring.scope.may_use` lets through, by the reaches that members have; -1 is `NEVER`."""

OF_GAPS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (SELECT subject FROM gap_marks)
ORDER BY subject"""

KEYS = "SELECT DISTINCT subject FROM observations WHERE subject > ? AND subject < ? ORDER BY subject LIMIT ?"

FORGET_OBSERVATION = """
DELETE FROM observations WHERE subject = ? AND at = ? AND owner = ? AND form = ? AND content = ?"""

OF_SUBJECTS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (SELECT value FROM json_each(?))
ORDER BY subject"""

UNATTRIBUTED = """
SELECT members.subject FROM members JOIN observations USING (subject)
WHERE members.owner = '' GROUP BY members.subject
HAVING trim(max(observations.owner)) = '' OR sum(observations.owner = ' ') > 0"""
"""Subjects that never had an owner, and those that may have lost it: a blank is the owner nobody."""

ALL_HEARD = "SELECT source, first, last FROM heard ORDER BY source, hour"

LAST_HEARD = """
WITH RECURSIVE sources (source) AS (
  SELECT min(source) FROM heard UNION ALL
  SELECT (SELECT min(source) FROM heard WHERE source > s.source) FROM sources s WHERE s.source IS NOT NULL)
SELECT h.source, h.first, h.last FROM sources s JOIN heard h ON h.source = s.source
AND h.hour IN (SELECT hour FROM heard WHERE source = s.source AND hour <= ? ORDER BY hour DESC LIMIT 2)
ORDER BY h.source, h.hour"""
"""The last two hours of each source up to one; the sources are found by a step of the index each."""


def scope_values(source: str, owners: str, scope: Scope) -> Mapping[str, str | int]:
    """Give the values of a query for what of some owners (a JSON list) is in scope; kinds are ranges of subjects."""
    return {
        "owners": owners,
        "since": scope.since,
        "as_of": scope.as_of,
        "conversations": f"{source}/conversation/",
        "end_of_conversations": f"{source}/conversation0",
        "readings": f"{source}/reading/",
        "end_of_readings": f"{source}/reading0",
    }
