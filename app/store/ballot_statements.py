"""The statements of the hot path, in each database's dialect.

Lists go in as JSON, one parameter each, and come back as JSON in one row. SQLite takes rows to insert as parameters: it
would parse the JSON of a row once for each of its values.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statements:
    """What is asked for in the same way on both databases."""

    look: str
    definition: str


_NEWER_TAP_STANDS = """
        ON CONFLICT (session_id, participant_id, question, round, dimension)
        DO UPDATE SET choice = excluded.choice, tap = max(excluded.tap, answer.tap)
        WHERE excluded.tap = -1 OR excluded.tap >= answer.tap
"""


# --- SQLite ---------------------------------------------------------------------------------------

LOOK_AT_PEOPLE = """
    SELECT json_group_array(json_array(
    id, session_id, CASE WHEN token_hash IS NULL AND NOT by_hand THEN 'sealed' ELSE state END, side,
    (SELECT group_concat(question || ':' || round) FROM answer a
     WHERE a.session_id = participant.session_id AND a.participant_id = participant.id)))
    FROM participant WHERE id IN (SELECT value FROM json_each(?))
"""
"""People alone."""
SQLITE = Statements(
    look=f"""
        SELECT
        (SELECT json_group_array(json_array(s.id, s.version, s.status, q.key, q.status, q.round))
         FROM live_session s JOIN question q ON q.session_id = s.id WHERE s.id IN (SELECT value FROM json_each(?))),
        ({LOOK_AT_PEOPLE}),
        (SELECT json_group_array(json_array(m.participant_id, m.id, hex(m.digest))) FROM json_each(?) j JOIN message m
         ON m.participant_id = json_extract(j.value, '$[0]') AND m.id = json_extract(j.value, '$[1]'))
    """,  # noqa: S608  a constant
    definition="SELECT definition FROM live_session WHERE id = ?",
)
MESSAGE_ROW, ANSWER_ROW = "(?, ?, ?)", "(?, ?, ?, ?, ?, ?, ?, false)"
ADD_MESSAGES = "INSERT INTO message (participant_id, id, digest) VALUES {rows} ON CONFLICT DO NOTHING"
PUT_ANSWERS = f"""
    INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
    VALUES {{rows}} {_NEWER_TAP_STANDS}
"""  # noqa: S608  a constant
COUNT_ANSWERS = """
    UPDATE question SET customer_answered = customer_answered + more.customer,
        supplier_answered = supplier_answered + more.supplier
    FROM (SELECT json_extract(value, '$[0]') AS session_id, json_extract(value, '$[1]') AS key,
        json_extract(value, '$[2]') AS round, json_extract(value, '$[3]') AS customer,
        json_extract(value, '$[4]') AS supplier FROM json_each(?)) AS more
    WHERE question.session_id = more.session_id AND question.key = more.key AND question.round = more.round
"""
NEXT_VERSION = """
    UPDATE live_session SET version = version + 1, ballot_versions = ballot_versions + 1 WHERE id = ? AND version = ?
"""
"""Of one session alone, as it mostly is; half of what the statement for several costs."""
NEXT_VERSIONS = """
    UPDATE live_session SET version = live_session.version + 1, ballot_versions = ballot_versions + 1
    FROM json_each(?) AS was WHERE live_session.id = was.key AND live_session.version = was.value
"""


# --- PostgreSQL -----------------------------------------------------------------------------------

LOCK_SESSIONS = """
    SELECT id FROM live_session WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))) ORDER BY id FOR UPDATE
"""
POSTGRES = Statements(
    look="""
        SELECT
        (SELECT coalesce(json_agg(json_build_array(s.id, s.version, s.status, q.key, q.status, q.round)), '[]')::text
         FROM live_session s JOIN question q ON q.session_id = s.id
         WHERE s.id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))),
        (SELECT coalesce(json_agg(json_build_array(
            id, session_id, CASE WHEN token_hash IS NULL AND NOT by_hand THEN 'sealed' ELSE state END, side,
            (SELECT string_agg(question || ':' || round, ',') FROM answer a
             WHERE a.session_id = participant.session_id AND a.participant_id = participant.id))), '[]')::text
         FROM participant WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))),
        (SELECT coalesce(json_agg(json_build_array(m.participant_id, m.id, encode(m.digest, 'hex'))), '[]')::text
         FROM jsonb_array_elements(%s::jsonb) j JOIN message m
         ON m.participant_id = j.value ->> 0 AND m.id = j.value ->> 1)
    """,
    definition=SQLITE.definition.replace("?", "%s"),
)
PUT_ANSWERS_FROM_JSON = f"""
    INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
    SELECT value ->> 0, value ->> 1, value ->> 2, (value ->> 3)::int, value ->> 4, (value ->> 5)::int,
        (value ->> 6)::bigint, false
    FROM jsonb_array_elements(%s::jsonb)
    {_NEWER_TAP_STANDS.replace("max(", "greatest(")}
"""  # noqa: S608  a constant
STORE = f"""
    WITH messages AS (
        INSERT INTO message (participant_id, id, digest)
        SELECT value ->> 0, value ->> 1, substr(%s::bytea, (number::int - 1) * 16 + 1, 16)
        FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS j (value, number)
    ),
    answers AS ({PUT_ANSWERS_FROM_JSON}),
    counts AS (
        UPDATE question SET customer_answered = customer_answered + more.customer,
            supplier_answered = supplier_answered + more.supplier
        FROM (SELECT value ->> 0 AS session_id, value ->> 1 AS key, (value ->> 2)::int AS round,
            (value ->> 3)::int AS customer, (value ->> 4)::int AS supplier
            FROM jsonb_array_elements(%s::jsonb)) AS more
        WHERE question.session_id = more.session_id AND question.key = more.key AND question.round = more.round
    )
    UPDATE live_session SET version = version + 1, ballot_versions = ballot_versions + 1
    WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))
"""  # noqa: S608  a constant
"""Messages, answers, how many more have answered, and versions: one statement costs less than four."""
