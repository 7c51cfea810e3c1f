-- The functions of postgres_schema.sql for many services at a time: sets instead of loops. Items are taken in order and each has its own
-- answer. A batch whose items depend on each other (one request twice, two services of a volunteer that overlap, one record twice) is
-- rare and goes through the function for one.

CREATE FUNCTION create_records(p_requests text[], p_actor text, p_volunteers text[], p_beneficiaries text[], p_centers text[],
                               p_categories text[], p_starts int[], p_ends int[], p_notes text[])
  RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  result bigint[];
  today int := day_of(minute_now());
BEGIN
  IF EXISTS (
    SELECT FROM (
      SELECT i.start_minute,
             max(i.end_minute) OVER (PARTITION BY i.volunteer ORDER BY i.start_minute
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
        FROM unnest(p_volunteers, p_starts, p_ends) AS i(volunteer, start_minute, end_minute)) w
      WHERE w.busy_until > w.start_minute)
    OR (SELECT count(DISTINCT i.request) < count(*) FROM unnest(p_requests) AS i(request)) THEN
    FOR n IN 1 .. cardinality(p_requests) LOOP
      result[n] := create_record(p_requests[n], p_actor, p_volunteers[n], p_beneficiaries[n], p_centers[n], p_categories[n],
                                 p_starts[n], p_ends[n], p_notes[n]);
    END LOOP;
    RETURN result;
  END IF;

  -- In one order for all, so that two batches cannot wait for each other.
  PERFORM pg_advisory_xact_lock(l.volunteer, l.day) FROM (
    SELECT DISTINCT m.id AS volunteer, d.day
      FROM unnest(p_volunteers, p_starts, p_ends) AS i(volunteer, start_minute, end_minute)
      JOIN members m ON m.external_number = i.volunteer
      CROSS JOIN LATERAL unnest(ARRAY[day_of(i.start_minute), day_of(i.end_minute - 1)]) AS d(day)
      WHERE i.end_minute > i.start_minute AND i.end_minute - i.start_minute <= 1440
      ORDER BY 1, 2) l;

  WITH item AS MATERIALIZED (
    SELECT i.*, m.id AS volunteer_id, b.id AS beneficiary_id, c.id AS center_id, day_of(i.start_minute) AS day,
           m.birth_day, m.active, q.answer AS known_answer, q.fingerprint AS known_fingerprint,
           hashtextextended(concat_ws(E'\x1f', 'create', p_actor, i.volunteer, i.beneficiary, i.center, i.category, i.start_minute,
                                      i.end_minute, i.note), 0) AS fp
      FROM unnest(p_requests, p_volunteers, p_beneficiaries, p_centers, p_categories, p_starts, p_ends, p_notes) WITH ORDINALITY
             AS i(request, volunteer, beneficiary, center, category, start_minute, end_minute, note, place)
      LEFT JOIN requests q ON q.id = i.request
      LEFT JOIN members m ON m.external_number = i.volunteer
      LEFT JOIN members b ON b.external_number = i.beneficiary
      LEFT JOIN centers c ON c.code = i.center
  ), decided AS MATERIALIZED (
    SELECT item.*, rule.late_entry_days,
           CASE WHEN known_answer IS NOT NULL THEN CASE WHEN known_fingerprint = fp THEN known_answer ELSE -1 END
                WHEN volunteer_id IS NULL THEN -32
                WHEN beneficiary_id IS NULL AND item.beneficiary <> '' THEN -34
                WHEN center_id IS NULL THEN -35
                WHEN item.end_minute > minute_now() THEN -50
                WHEN item.end_minute <= item.start_minute THEN -51
                WHEN item.end_minute - item.start_minute > 1440 THEN -52
                WHEN item.end_minute - item.start_minute < rule.shortest_minutes THEN -53
                WHEN beneficiary_id = volunteer_id THEN -54
                WHEN day - birth_day < rule.earning_age * 365.2425 THEN -55
                WHEN NOT active THEN -60
                WHEN near.end_minute > item.start_minute THEN
                  CASE WHEN (near.start_minute, near.end_minute, near.center, near.category) =
                            (item.start_minute, item.end_minute, center_id, item.category)
                            AND near.beneficiary IS NOT DISTINCT FROM beneficiary_id THEN -61 ELSE -62 END
                ELSE nextval('record_ids') END AS answer
      FROM item
      LEFT JOIN LATERAL (
        SELECT r.* FROM rules r WHERE r.effective_from <= item.day ORDER BY r.effective_from DESC LIMIT 1) rule ON true
      LEFT JOIN LATERAL (
        SELECT r.start_minute, r.end_minute, r.beneficiary, r.center, r.category FROM records r
          WHERE r.volunteer = item.volunteer_id AND r.live AND r.start_minute < item.end_minute
          ORDER BY r.start_minute DESC LIMIT 1) near ON true
  ), inserted AS (
    INSERT INTO records (id, volunteer, beneficiary, center, start_minute, end_minute, late, recorder, category, note)
      SELECT answer, volunteer_id, beneficiary_id, center_id, start_minute, end_minute, today - day > late_entry_days, p_actor,
             category, note
        FROM decided WHERE answer > 0 AND known_answer IS NULL
  ), remembered AS (
    INSERT INTO requests SELECT request, fp, answer FROM decided WHERE known_answer IS NULL
  )
  SELECT array_agg(answer ORDER BY place) INTO result FROM decided;
  RETURN result;
END $$;

CREATE FUNCTION confirm_records(p_requests text[], p_actor text, p_records bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  result bigint[];
BEGIN
  IF (SELECT count(DISTINCT i.request) < count(*) OR count(DISTINCT i.record) < count(*)
        FROM unnest(p_requests, p_records) AS i(request, record)) THEN
    FOR n IN 1 .. cardinality(p_requests) LOOP
      result[n] := confirm_record(p_requests[n], p_actor, p_records[n]);
    END LOOP;
    RETURN result;
  END IF;

  PERFORM pg_advisory_xact_lock(l.volunteer, -1) FROM (
    SELECT DISTINCT r.volunteer FROM unnest(p_records) AS i(record) JOIN records r ON r.id = i.record ORDER BY 1) l;

  WITH item AS MATERIALIZED (
    SELECT i.request, i.record, i.place, r.volunteer, day_of(r.start_minute) AS day, r.end_minute - r.start_minute AS measured,
           q.answer AS known_answer, q.fingerprint AS known_fingerprint,
           hashtextextended(concat_ws(E'\x1f', 'confirm', p_actor, i.record), 0) AS fp,
           CASE WHEN r.id IS NULL THEN -37
                WHEN NOT m.active THEN -60
                WHEN r.state <> 2 THEN -64
                WHEN r.recorder = p_actor THEN -65
                WHEN m.external_number = p_actor THEN -66
                WHEN r.first_approver = p_actor THEN -67
                WHEN r.late AND r.first_approver IS NULL THEN 1000000000
                ELSE 0 END AS verdict
      FROM unnest(p_requests, p_records) WITH ORDINALITY AS i(request, record, place)
      LEFT JOIN requests q ON q.id = i.request
      LEFT JOIN records r ON r.id = i.record
      LEFT JOIN members m ON m.id = r.volunteer
  ), valued AS MATERIALIZED (
    SELECT item.*, rule.version, rule.daily_cap_minutes, earlier.credited AS credited_before,
           measured / rule.rounding_minutes * rule.rounding_minutes AS worth, verdict = 0 AND known_answer IS NULL AS settles
      FROM item
      LEFT JOIN LATERAL (
        SELECT r.* FROM rules r WHERE r.effective_from <= item.day ORDER BY r.effective_from DESC LIMIT 1) rule ON true
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.credited_minutes), 0) AS credited FROM records r
          WHERE r.volunteer = item.volunteer AND r.live AND r.start_minute >= item.day * 1440 - 480
                AND r.start_minute < item.day * 1440 + 960) earlier
  ), capped AS MATERIALIZED (
    -- What the earlier items of the batch are worth counts against the cap of the day as if it were credited: beyond the cap nothing is.
    SELECT v.*, greatest(0, least(worth, daily_cap_minutes - credited_before - coalesce(sum(worth) FILTER (WHERE settles) OVER (
                  PARTITION BY volunteer, day ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))::int AS credited
      FROM valued v
  ), answered AS MATERIALIZED (
    SELECT c.*, CASE WHEN settles THEN nextval('entry_ids') END AS entry,
           CASE WHEN known_answer IS NOT NULL THEN CASE WHEN known_fingerprint = fp THEN known_answer ELSE -1 END
                WHEN settles THEN credited ELSE verdict END AS answer
      FROM capped c
  ), settled AS (
    SELECT * FROM answered WHERE settles
  ), changed AS (
    UPDATE records r SET state = 5, credited_minutes = s.credited, pool_minutes = s.worth - s.credited, confirmer = p_actor
      FROM settled s WHERE r.id = s.record
  ), approved AS (
    UPDATE records r SET first_approver = p_actor
      FROM valued v WHERE r.id = v.record AND v.verdict = 1000000000 AND v.known_answer IS NULL
  ), written AS (
    INSERT INTO entries (id, record, effective_day, rule_version, actor) SELECT entry, record, day, version, p_actor FROM settled
  ), posted AS (
    INSERT INTO postings
      SELECT entry, 0, volunteer, credited FROM settled WHERE credited > 0
      UNION ALL SELECT entry, 0, -1, worth - credited FROM settled WHERE worth > credited
  ), booked AS (
    UPDATE accounts a SET balance = a.balance + s.credited, service_minutes = a.service_minutes + s.credited
      FROM (SELECT volunteer, sum(credited) AS credited FROM settled GROUP BY volunteer) s WHERE a.id = s.volunteer
  ), remembered AS (
    INSERT INTO requests SELECT request, fp, answer FROM answered WHERE known_answer IS NULL
  )
  SELECT array_agg(answer ORDER BY place) INTO result FROM answered;
  RETURN result;
END $$;
