-- The same bank in PostgreSQL, as fast as we know how: what tests/benchmark/compare measures against.
--
-- Every rule of recording and confirming a service is kept: idempotent requests with remembered answers, look-ups, times, age, overlap,
-- late entry, recorder <> confirmer, daily cap, double entry. Whatever timebankd does beyond that is left out here, in PostgreSQL's favour:
-- a journal without gaps, entries for recordings, lots by provenance, the hash tree, sealed names.
--
-- Times are minutes since 1970-01-01 00:00 UTC, days are local (UTC+8) days since 1970-01-01, as integers. An answer is a record's id or
-- the minutes credited; negative it is a refusal, by its number in service/model/rejections.def; 1000000000 says that a late record still
-- waits for its second approver.

CREATE TABLE rules (
  effective_from int PRIMARY KEY,
  version int NOT NULL,
  rounding_minutes int NOT NULL,
  shortest_minutes int NOT NULL,
  daily_cap_minutes int NOT NULL,
  earning_age int NOT NULL,
  late_entry_days int NOT NULL
);

CREATE TABLE centers (
  id int PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  display_name text NOT NULL
);

CREATE TABLE members (
  id int PRIMARY KEY CHECK (id > 0),
  external_number text COLLATE "C" NOT NULL UNIQUE,
  display_name text NOT NULL,
  birth_day int NOT NULL,
  center int NOT NULL REFERENCES centers,
  active bool NOT NULL DEFAULT true
);

-- A member's account has the member's id. 0 is ISSUANCE, -1 is POOL: they have no row here, because one row that every confirmation
-- changes would make all of them wait for each other's sync; their balance is what the postings add up to.
CREATE TABLE accounts (
  id int PRIMARY KEY CHECK (id > 0),
  balance bigint NOT NULL DEFAULT 0 CHECK (balance >= 0),
  service_minutes bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- state: 2 recorded, 5 settled. `live` is false once rejected, withdrawn, voided or reversed; it is not the state, so that a
-- confirmation changes no indexed column (and stays a heap-only update).
CREATE TABLE records (
  id bigint PRIMARY KEY,
  volunteer int NOT NULL,
  beneficiary int,
  center int NOT NULL,
  start_minute int NOT NULL,
  end_minute int NOT NULL,
  credited_minutes int NOT NULL DEFAULT 0,
  pool_minutes int NOT NULL DEFAULT 0,
  state smallint NOT NULL DEFAULT 2,
  live bool NOT NULL DEFAULT true,
  late bool NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  recorder text NOT NULL,
  first_approver text,
  confirmer text,
  category text NOT NULL,
  note text NOT NULL
) WITH (fillfactor = 60);
CREATE SEQUENCE record_ids CACHE 100;
CREATE INDEX records_of_volunteer ON records (volunteer, start_minute) WHERE live;
CREATE INDEX records_of_center ON records (center, start_minute);

-- Written once, never changed. One posting moves minutes from one account to another, so that an entry sums to zero by its form.
CREATE TABLE entries (
  id bigint PRIMARY KEY,
  record bigint NOT NULL,
  effective_day int NOT NULL,
  rule_version int NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  reverses bigint,
  actor text NOT NULL
);
CREATE SEQUENCE entry_ids CACHE 100;
CREATE TABLE postings (
  entry bigint NOT NULL,
  debit_account int NOT NULL,
  credit_account int NOT NULL,
  minutes int NOT NULL CHECK (minutes > 0)
);
CREATE INDEX postings_by_credit ON postings (credit_account, entry) WHERE credit_account > 0;
CREATE INDEX postings_by_debit ON postings (debit_account, entry) WHERE debit_account > 0;

-- The first answer of every request, refusals included.
CREATE TABLE requests (
  id text COLLATE "C" PRIMARY KEY,
  fingerprint bigint NOT NULL,
  answer bigint NOT NULL
);

CREATE FUNCTION day_of(minute int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (minute + 480) / 1440';

CREATE FUNCTION minute_now() RETURNS int LANGUAGE sql STABLE AS $$SELECT floor(date_part('epoch', now()) / 60)::int$$;

-- Records one service.
CREATE FUNCTION create_record(p_request text, p_actor text, p_volunteer text, p_beneficiary text, p_center text, p_category text,
                              p_start int, p_end int, p_note text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  fp bigint := hashtextextended(
    concat_ws(E'\x1f', 'create', p_actor, p_volunteer, p_beneficiary, p_center, p_category, p_start, p_end, p_note), 0);
  known record;
  volunteer record;
  beneficiary_id int;
  center_id int;
  rule record;
  neighbour record;
  day int := day_of(p_start);
  result bigint;
BEGIN
  SELECT r.fingerprint, r.answer INTO known FROM requests r WHERE r.id = p_request;
  IF FOUND THEN
    RETURN CASE WHEN known.fingerprint = fp THEN known.answer ELSE -1 END;
  END IF;
  <<decide>>
  BEGIN
    SELECT m.id, m.birth_day, m.active INTO volunteer FROM members m WHERE m.external_number = p_volunteer;
    IF NOT FOUND THEN result := -32; EXIT decide; END IF;
    IF p_beneficiary <> '' THEN
      SELECT m.id INTO beneficiary_id FROM members m WHERE m.external_number = p_beneficiary;
      IF NOT FOUND THEN result := -34; EXIT decide; END IF;
    END IF;
    SELECT c.id INTO center_id FROM centers c WHERE c.code = p_center;
    IF NOT FOUND THEN result := -35; EXIT decide; END IF;
    SELECT r.* INTO rule FROM rules r WHERE r.effective_from <= day ORDER BY r.effective_from DESC LIMIT 1;
    IF p_end > minute_now() THEN result := -50; EXIT decide; END IF;
    IF p_end <= p_start THEN result := -51; EXIT decide; END IF;
    IF p_end - p_start > 1440 THEN result := -52; EXIT decide; END IF;
    IF p_end - p_start < rule.shortest_minutes THEN result := -53; EXIT decide; END IF;
    IF beneficiary_id = volunteer.id THEN result := -54; EXIT decide; END IF;
    -- Birthdays by mean years: off by a day at most, which no service here is near.
    IF day - volunteer.birth_day < rule.earning_age * 365.2425 THEN result := -55; EXIT decide; END IF;
    IF NOT volunteer.active THEN result := -60; EXIT decide; END IF;
    -- Two services that overlap share a day; those of one volunteer and day are recorded one after the other.
    FOR touched IN day .. day_of(p_end - 1) LOOP
      PERFORM pg_advisory_xact_lock(volunteer.id, touched);
    END LOOP;
    -- Live services of a volunteer never overlap each other, so only the last that starts before this one ends can overlap it.
    SELECT r.id, r.start_minute, r.end_minute, r.beneficiary, r.center, r.category INTO neighbour FROM records r
      WHERE r.volunteer = volunteer.id AND r.live AND r.start_minute < p_end ORDER BY r.start_minute DESC LIMIT 1;
    IF neighbour.end_minute > p_start THEN
      result := CASE WHEN (neighbour.start_minute, neighbour.end_minute, neighbour.center, neighbour.category) =
                          (p_start, p_end, center_id, p_category)
                          AND neighbour.beneficiary IS NOT DISTINCT FROM beneficiary_id THEN -61 ELSE -62 END;
      EXIT decide;
    END IF;
    INSERT INTO records (id, volunteer, beneficiary, center, start_minute, end_minute, late, recorder, category, note)
      VALUES (nextval('record_ids'), volunteer.id, beneficiary_id, center_id, p_start, p_end,
              day_of(minute_now()) - day > rule.late_entry_days, p_actor, p_category, p_note)
      RETURNING id INTO result;
  END;
  -- Two at once with one id: the second fails on the key, and its retry finds the first's answer.
  INSERT INTO requests VALUES (p_request, fp, result);
  RETURN result;
END $$;

-- Confirms one recorded service and banks its minutes.
CREATE FUNCTION confirm_record(p_request text, p_actor text, p_record bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  fp bigint := hashtextextended(concat_ws(E'\x1f', 'confirm', p_actor, p_record), 0);
  known record;
  service record;
  standing record;
  rule record;
  day int;
  worth int;
  before int;
  credited int;
  entry_id bigint;
  result bigint;
BEGIN
  SELECT r.fingerprint, r.answer INTO known FROM requests r WHERE r.id = p_request;
  IF FOUND THEN
    RETURN CASE WHEN known.fingerprint = fp THEN known.answer ELSE -1 END;
  END IF;
  <<decide>>
  BEGIN
    SELECT r.volunteer, r.start_minute, r.end_minute, r.recorder, r.late INTO service FROM records r WHERE r.id = p_record;
    IF NOT FOUND THEN result := -37; EXIT decide; END IF;
    -- The cap of a day and the balance both need the volunteer's confirmations one after the other. Days are never negative here.
    PERFORM pg_advisory_xact_lock(service.volunteer, -1);
    SELECT r.state, r.first_approver, m.active, m.external_number INTO standing
      FROM records r JOIN members m ON m.id = r.volunteer WHERE r.id = p_record;
    IF NOT standing.active THEN result := -60; EXIT decide; END IF;
    IF standing.state <> 2 THEN result := -64; EXIT decide; END IF;
    IF service.recorder = p_actor THEN result := -65; EXIT decide; END IF;
    IF standing.external_number = p_actor THEN result := -66; EXIT decide; END IF;
    IF standing.first_approver = p_actor THEN result := -67; EXIT decide; END IF;
    IF service.late AND standing.first_approver IS NULL THEN
      UPDATE records SET first_approver = p_actor WHERE id = p_record;
      result := 1000000000;
      EXIT decide;
    END IF;
    day := day_of(service.start_minute);
    SELECT r.* INTO rule FROM rules r WHERE r.effective_from <= day ORDER BY r.effective_from DESC LIMIT 1;
    SELECT coalesce(sum(r.credited_minutes), 0) INTO before FROM records r
      WHERE r.volunteer = service.volunteer AND r.live AND r.start_minute >= day * 1440 - 480 AND r.start_minute < day * 1440 + 960;
    worth := (service.end_minute - service.start_minute) / rule.rounding_minutes * rule.rounding_minutes;
    credited := greatest(0, least(worth, rule.daily_cap_minutes - before));
    UPDATE records SET state = 5, credited_minutes = credited, pool_minutes = worth - credited, confirmer = p_actor WHERE id = p_record;
    entry_id := nextval('entry_ids');
    INSERT INTO entries (id, record, effective_day, rule_version, actor) VALUES (entry_id, p_record, day, rule.version, p_actor);
    IF credited > 0 THEN
      INSERT INTO postings VALUES (entry_id, 0, service.volunteer, credited);
      UPDATE accounts SET balance = balance + credited, service_minutes = service_minutes + credited WHERE id = service.volunteer;
    END IF;
    IF worth > credited THEN
      INSERT INTO postings VALUES (entry_id, 0, -1, worth - credited);
    END IF;
    result := credited;
  END;
  INSERT INTO requests VALUES (p_request, fp, result);
  RETURN result;
END $$;
