"""What the embedded store asks of its tables of facts and owners."""

FACTS_OF_OWNERS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (
  SELECT subject FROM members WHERE owner IN (SELECT value FROM json_each(?)))
ORDER BY subject"""

OF_GAPS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (SELECT subject FROM gap_marks)
ORDER BY subject"""

OWNER = """
WITH RECURSIVE same (id) AS (
  VALUES (:key) UNION SELECT other FROM same JOIN owner_ids o ON o.source = :source AND o.id = same.id)
SELECT same.id, min(o.since), n.at, n.name FROM same
LEFT JOIN owner_ids o ON o.source = :source AND o.id = same.id
LEFT JOIN owner_names n ON n.source = :source AND n.id = same.id
GROUP BY same.id"""

SAID = """
SELECT said FROM owner_attributes WHERE source = ? AND id IN (SELECT value FROM json_each(?))"""

KEYS = "SELECT DISTINCT subject FROM observations WHERE subject > ? AND subject < ? ORDER BY subject LIMIT ?"

OF_SUBJECTS = """
SELECT subject, at, owner, form, content FROM observations WHERE subject IN (SELECT value FROM json_each(?))
ORDER BY subject"""

UNATTRIBUTED = """
SELECT members.subject FROM members JOIN observations USING (subject)
WHERE members.owner = '' GROUP BY members.subject
HAVING trim(max(observations.owner)) = '' OR sum(observations.owner = ' ') > 0"""
"""Subjects that never had an owner, and those that may have lost it: a blank is the owner nobody."""
