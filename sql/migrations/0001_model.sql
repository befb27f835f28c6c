-- The model. What is enforced by more than a column's type is in 0002_invariants.sql.
--
-- Rows of assessment, person, certificate, version, document and event point at exams,
-- organisations and levels without foreign keys: those parents can never be deleted
-- (0002), the deferred checks compare against them, and a foreign key would lock the one
-- exam row that every concurrent submission shares.

-- Checks of the tables that every result writes are domains or live in 0002's triggers: the
-- server parses a table's own CHECK anew in every statement, a domain's and a trigger's once.

CREATE DOMAIN talent.hash AS bytea CHECK (length(VALUE) = 32);
CREATE DOMAIN talent.code AS bytea CHECK (length(VALUE) = 16);
CREATE DOMAIN talent.list_number AS integer CHECK (VALUE > 0);
CREATE DOMAIN talent.list_index AS integer CHECK (VALUE BETWEEN 0 AND 131071);
CREATE DOMAIN talent.person_name AS text CHECK (length(VALUE) BETWEEN 1 AND 100);
CREATE DOMAIN talent.id_type AS text CHECK (VALUE IN ('resident_id', 'hmt_residence',
	'foreign_pr', 'passport', 'hm_permit', 'tw_permit'));
CREATE DOMAIN talent.id_cipher AS bytea CHECK (length(VALUE) > 28);
-- The last four characters at most.
CREATE DOMAIN talent.id_masked AS text
	CHECK (VALUE LIKE '*%' AND length(ltrim(VALUE, '*')) <= 4);
CREATE DOMAIN talent.score AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN talent.signed_document AS text
	CHECK (strpos(VALUE, '"proofValue":"z') > 0);

-- Places ------------------------------------------------------------------------------

CREATE TABLE talent.district (
	code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[0-9]{6}$'),
	name text NOT NULL,
	name_en text NOT NULL
);

-- An area such as Hongqiao CBD spans districts, and covers parts of them only; an
-- organisation is in it when it says so.
CREATE TABLE talent.area (
	slug text COLLATE "C" PRIMARY KEY,
	name text NOT NULL,
	name_en text NOT NULL
);

CREATE TABLE talent.area_district (
	area text NOT NULL REFERENCES talent.area,
	district text NOT NULL REFERENCES talent.district,
	PRIMARY KEY (area, district)
);

-- Organisations -----------------------------------------------------------------------

CREATE TABLE talent.organisation (
	id uuid PRIMARY KEY,
	slug text COLLATE "C" NOT NULL CONSTRAINT organisation_slug_key UNIQUE
		CHECK (slug ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(slug) <= 40),
	credit_code text COLLATE "C" NOT NULL CONSTRAINT organisation_credit_code_key UNIQUE
		CHECK (credit_code ~ '^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$'),
	name text NOT NULL,
	name_en text,
	district text NOT NULL REFERENCES talent.district,
	-- Body class, ministry code, province and sequence of its certificate numbers.
	number_prefix text COLLATE "C" CONSTRAINT organisation_number_prefix_key UNIQUE
		CHECK (number_prefix ~ '^[YSJ][0-9]{12}$'),
	suspended_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE talent.organisation_kind (
	organisation uuid NOT NULL REFERENCES talent.organisation,
	kind text NOT NULL CHECK (kind IN ('training_institution', 'evaluation_body',
		'livestreaming_company', 'platform', 'mcn_agency', 'brand_owner', 'association',
		'school', 'hr_agency', 'training_base', 'employer', 'authority')),
	PRIMARY KEY (organisation, kind)
);

CREATE TABLE talent.organisation_area (
	organisation uuid NOT NULL REFERENCES talent.organisation,
	area text NOT NULL REFERENCES talent.area,
	PRIMARY KEY (organisation, area)
);

-- Occupations, work types, levels -----------------------------------------------------

CREATE TABLE talent.level (
	code text COLLATE "C" PRIMARY KEY,
	rank smallint NOT NULL CONSTRAINT level_rank_key UNIQUE,
	counts_as_intermediate boolean NOT NULL,
	has_review boolean NOT NULL,
	digit text CHECK (digit ~ '^[1-5]$'),	-- in certificate numbers; null: not examined
	name text NOT NULL,
	name_en text NOT NULL
);

-- Codes moved between editions of the dictionary and of the standards: a code means
-- something only together with its edition.
CREATE TABLE talent.occupation (
	code text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9](-[0-9]{2}){3}$'),
	edition text COLLATE "C" NOT NULL,
	name text NOT NULL,
	name_en text NOT NULL,
	PRIMARY KEY (code, edition)
);

CREATE TABLE talent.work_type (
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	slug text COLLATE "C" NOT NULL CHECK (slug ~ '^[a-z][a-z0-9-]*$'),
	name text NOT NULL,
	name_en text NOT NULL,
	PRIMARY KEY (occupation, edition, slug),
	CONSTRAINT work_type_name_key UNIQUE (occupation, edition, name),
	FOREIGN KEY (occupation, edition) REFERENCES talent.occupation
);

CREATE TABLE talent.work_type_level (
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL REFERENCES talent.level,
	min_hours integer CHECK (min_hours > 0),	-- null: the standard at hand names none
	PRIMARY KEY (occupation, edition, work_type, level),
	FOREIGN KEY (occupation, edition, work_type) REFERENCES talent.work_type
);

-- Standing: who may hold, sign and partner what, and when -----------------------------

CREATE TABLE talent.accreditation (
	id uuid PRIMARY KEY,
	body uuid NOT NULL REFERENCES talent.organisation,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	levels text[] NOT NULL CHECK (cardinality(levels) > 0),
	valid_from date NOT NULL,
	valid_to date,
	suspended_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (valid_to >= valid_from),
	FOREIGN KEY (occupation, edition, work_type) REFERENCES talent.work_type
);
CREATE INDEX accreditation_body ON talent.accreditation (body, occupation, edition, work_type);

CREATE TABLE talent.recognition (
	id uuid PRIMARY KEY,
	company uuid NOT NULL REFERENCES talent.organisation,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	levels text[] NOT NULL CHECK (cardinality(levels) > 0),
	valid_from date NOT NULL,
	valid_to date,
	suspended_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (valid_to >= valid_from),
	FOREIGN KEY (occupation, edition) REFERENCES talent.occupation
);
CREATE INDEX recognition_company ON talent.recognition (company, occupation, edition);

CREATE TABLE talent.agreement (
	id uuid PRIMARY KEY,
	body uuid NOT NULL REFERENCES talent.organisation,
	company uuid NOT NULL REFERENCES talent.organisation,
	window_days integer NOT NULL DEFAULT 0 CHECK (window_days BETWEEN 0 AND 90),
	validity_months integer CHECK (validity_months > 0),	-- null: does not expire
	valid_from date NOT NULL,
	valid_to date,
	suspended_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (valid_to >= valid_from),
	CHECK (body <> company)
);
CREATE INDEX agreement_pair ON talent.agreement (body, company);

-- What the company's certificate is called. Words that the state reserves for public
-- certificates are refused.
CREATE TABLE talent.agreement_title (
	agreement uuid NOT NULL REFERENCES talent.agreement,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	title text NOT NULL CONSTRAINT agreement_title_reserved_words
		CHECK (title !~ '中国|中华|国家|全国|职业资格|职业技能等级' AND title ~ '\S'),
	PRIMARY KEY (agreement, occupation, edition, work_type, level),
	FOREIGN KEY (occupation, edition, work_type, level) REFERENCES talent.work_type_level
);

CREATE TABLE talent.issuer_key (
	key text COLLATE "C" PRIMARY KEY,	-- multibase key id
	organisation uuid NOT NULL REFERENCES talent.organisation,
	public bytea NOT NULL CHECK (length(public) = 32),
	wrapped bytea NOT NULL CHECK (length(wrapped) > 32),
	state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retired', 'revoked')),
	created_at timestamptz NOT NULL DEFAULT now(),
	retired_at timestamptz,
	CHECK ((state = 'active') = (retired_at IS NULL))
);
CREATE UNIQUE INDEX issuer_key_active ON talent.issuer_key (organisation)
	WHERE state = 'active';
CREATE INDEX issuer_key_organisation ON talent.issuer_key (organisation);

-- Counters behind the blocks that workers reserve. Gaps are allowed.
CREATE TABLE talent.number_block (
	issuer uuid NOT NULL REFERENCES talent.organisation,
	kind text NOT NULL CHECK (kind IN ('skill_grade', 'company')),
	year integer NOT NULL CHECK (year BETWEEN 2000 AND 2099),
	level text COLLATE "C" NOT NULL,	-- empty: numbers of this kind do not name it
	next bigint NOT NULL,
	PRIMARY KEY (issuer, kind, year, level)
) WITH (fillfactor = 50);

CREATE TABLE talent.status_block (
	issuer uuid PRIMARY KEY REFERENCES talent.organisation,
	next bigint NOT NULL,
	list_key bytea NOT NULL CHECK (length(list_key) = 32)
) WITH (fillfactor = 50);

-- People, training, exams -------------------------------------------------------------

CREATE TABLE talent.person (
	id uuid PRIMARY KEY,
	id_type talent.id_type NOT NULL,
	id_country text,
	id_hash talent.hash NOT NULL CONSTRAINT person_id_hash_key UNIQUE,
	id_cipher talent.id_cipher NOT NULL,
	id_key smallint NOT NULL,
	id_masked talent.id_masked NOT NULL,
	name talent.person_name NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE talent.training_session (
	id uuid PRIMARY KEY,
	institution uuid NOT NULL REFERENCES talent.organisation,
	title text NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" REFERENCES talent.level,
	starts_on date NOT NULL,
	ends_on date NOT NULL,
	hours integer NOT NULL CHECK (hours > 0),
	capacity integer NOT NULL CHECK (capacity > 0),
	district text NOT NULL REFERENCES talent.district,
	state text NOT NULL DEFAULT 'planned'
		CHECK (state IN ('planned', 'completed', 'cancelled')),
	completed_on date,
	counted_district text COLLATE "C",	-- the institution's when completion was recorded
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (ends_on >= starts_on),
	CONSTRAINT training_session_completion
		CHECK ((state = 'completed') = (completed_on IS NOT NULL AND counted_district IS NOT NULL)),
	FOREIGN KEY (occupation, edition, work_type) REFERENCES talent.work_type
);
CREATE INDEX training_session_institution ON talent.training_session (institution, id);

CREATE TABLE talent.enrolment (
	id uuid PRIMARY KEY,
	session uuid NOT NULL REFERENCES talent.training_session,
	person uuid NOT NULL REFERENCES talent.person,
	state text NOT NULL DEFAULT 'enrolled'
		CHECK (state IN ('enrolled', 'completed', 'not_completed')),
	hours_attended numeric(6,2) CHECK (hours_attended >= 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT enrolment_person_key UNIQUE (session, person)
);
CREATE INDEX enrolment_person ON talent.enrolment (person);

CREATE TABLE talent.exam (
	id uuid PRIMARY KEY,
	body uuid NOT NULL REFERENCES talent.organisation,
	code text COLLATE "C" NOT NULL,		-- the body's own
	session uuid REFERENCES talent.training_session,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	partner uuid REFERENCES talent.organisation,
	held_on date NOT NULL,
	publicity_days integer NOT NULL DEFAULT 0 CHECK (publicity_days BETWEEN 0 AND 90),
	district text NOT NULL REFERENCES talent.district,	-- the body's, when announced
	state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT exam_code_key UNIQUE (body, code),
	CHECK (partner <> body),
	FOREIGN KEY (occupation, edition, work_type, level) REFERENCES talent.work_type_level
);
CREATE INDEX exam_body ON talent.exam (body, id);
CREATE INDEX exam_partner ON talent.exam (partner, id) WHERE partner IS NOT NULL;

CREATE TABLE talent.assessment (
	id uuid PRIMARY KEY,
	exam uuid NOT NULL,
	person uuid NOT NULL REFERENCES talent.person,
	name talent.person_name NOT NULL,	-- as submitted
	attendance text NOT NULL,
	theory talent.score,
	skill talent.score,
	review talent.score,
	supplied_number text COLLATE "C",
	outcome text NOT NULL,
	failed_parts text[] NOT NULL,
	state text NOT NULL,
	publish_on date,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	annulled_on date,
	-- The transaction that last wrote this row: certificates come in that one only.
	xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
	CONSTRAINT assessment_person_key UNIQUE (exam, person)
) WITH (fillfactor = 90);
CREATE INDEX assessment_person ON talent.assessment (person);
-- A supplied number belongs to one result from its submission on, published or waiting.
CREATE UNIQUE INDEX assessment_supplied_number_key ON talent.assessment (supplied_number)
	WHERE supplied_number IS NOT NULL AND outcome = 'pass' AND state <> 'annulled';
CREATE INDEX assessment_due ON talent.assessment (publish_on, id)
	WHERE state = 'awaiting_publication';

-- Certificates ------------------------------------------------------------------------

CREATE TABLE talent.certificate (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	number text COLLATE "C" NOT NULL CONSTRAINT certificate_number_key UNIQUE,
	assessment uuid,
	person uuid NOT NULL,
	issuer uuid NOT NULL,
	body uuid NOT NULL,			-- the holding organisation: figures are its
	district text COLLATE "C" NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C",
	issued_on date NOT NULL,
	issued_at timestamptz NOT NULL,
	CONSTRAINT certificate_of_assessment_key UNIQUE (assessment, kind)
);

-- What was signed, whole, its proof included. Nothing but the download of a credential
-- reads it.
CREATE TABLE talent.certificate_document (
	version uuid PRIMARY KEY,
	document talent.signed_document COMPRESSION lz4 NOT NULL
) WITH (toast_tuple_target = 8160);	-- a document fits the page: none is stored apart

-- What verdicts read: one row per signed document, with the facts as signed.
CREATE TABLE talent.certificate_version (
	id uuid PRIMARY KEY REFERENCES talent.certificate_document,
	certificate uuid NOT NULL REFERENCES talent.certificate,
	ordinal smallint NOT NULL,
	code talent.code NOT NULL CONSTRAINT certificate_version_code_key UNIQUE,
	issuer uuid NOT NULL,
	list talent.list_number NOT NULL,
	idx talent.list_index NOT NULL,
	key text COLLATE "C" NOT NULL,
	made_at timestamptz NOT NULL,
	expires_on date,
	kind text NOT NULL,
	number text COLLATE "C" NOT NULL,
	holder text NOT NULL,
	title text NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	occupation_name text NOT NULL,
	work_type text NOT NULL,
	level text COLLATE "C",
	level_name text,
	level_name_en text,
	issuer_name text NOT NULL,
	issuer_slug text COLLATE "C" NOT NULL,
	issued_on date NOT NULL,
	dual boolean NOT NULL,
	CONSTRAINT certificate_version_ordinal_key UNIQUE (certificate, ordinal),
	CONSTRAINT certificate_version_status_key UNIQUE (issuer, list, idx)
);

-- One certificate as a worker hands it over to be stored.
CREATE TYPE talent.new_certificate AS (
	kind text, certificate uuid, version uuid, number text, title text, code bytea, key text,
	list integer, idx integer, expires date, document text
);

-- The one mutable row of a certificate. Person to level are copies that never change;
-- they are here so that a partial unique index can say "one live one". That certificate and
-- version are there, and each other's, is checked in 0002.
CREATE TABLE talent.certificate_state (
	certificate uuid PRIMARY KEY,
	kind text NOT NULL,
	person uuid NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C",
	state text NOT NULL,
	version uuid NOT NULL,
	rev bigint NOT NULL DEFAULT 0,
	revoked_on date,
	suspended_on date
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX certificate_already_certified
	ON talent.certificate_state (person, occupation, work_type, level)
	WHERE kind = 'skill_grade' AND state IN ('valid', 'suspended');
CREATE INDEX certificate_state_person ON talent.certificate_state (person);

-- What happened to a certificate after its issue, which its version row records.
CREATE TABLE talent.certificate_event (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	certificate uuid NOT NULL REFERENCES talent.certificate,
	kind text NOT NULL CHECK (kind IN ('suspended', 'reinstated', 'revoked', 'voided',
		'reissued')),
	rev bigint NOT NULL CHECK (rev > 0),
	at timestamptz NOT NULL DEFAULT now(),
	actor uuid,
	request text,
	reason text,
	note text
);
CREATE INDEX certificate_event_rev ON talent.certificate_event (rev) INCLUDE (certificate);
CREATE INDEX certificate_event_certificate ON talent.certificate_event (certificate);

-- The row whose lock makes the order of revisions the order of commits.
CREATE TABLE talent.status_clock (
	single boolean PRIMARY KEY DEFAULT true CHECK (single),
	rev bigint NOT NULL,
	changed_at timestamptz NOT NULL,
	-- The transaction that last moved it: only that one may change a certificate's state.
	xact xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (fillfactor = 10);
INSERT INTO talent.status_clock (rev, changed_at) VALUES (0, now());

-- Published status lists: when each last changed, and which bits are set.
CREATE TABLE talent.status_list (
	issuer uuid NOT NULL REFERENCES talent.organisation,
	purpose text NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
	list integer NOT NULL,
	rev bigint NOT NULL,
	changed_at timestamptz NOT NULL,
	PRIMARY KEY (issuer, purpose, list)
);

CREATE TABLE talent.status_bit (
	issuer uuid NOT NULL,
	purpose text NOT NULL,
	list integer NOT NULL,
	idx integer NOT NULL,
	PRIMARY KEY (issuer, purpose, list, idx),
	FOREIGN KEY (issuer, purpose, list) REFERENCES talent.status_list
);

-- Programmes and counts ---------------------------------------------------------------

CREATE TABLE talent.programme (
	slug text COLLATE "C" PRIMARY KEY,
	title text NOT NULL,
	title_en text NOT NULL,
	window_from date NOT NULL,
	window_to date NOT NULL,
	district_prefix text COLLATE "C" NOT NULL CHECK (district_prefix ~ '^[0-9]{0,6}$'),
	position smallint NOT NULL,
	CHECK (window_to >= window_from)
);

CREATE TABLE talent.counting_rule (
	name text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	text_zh text NOT NULL,
	text_en text NOT NULL,
	PRIMARY KEY (name, version)
);

-- A goal's count is the sum of its measures.
CREATE TABLE talent.goal (
	programme text COLLATE "C" NOT NULL REFERENCES talent.programme,
	key text COLLATE "C" NOT NULL,
	unit text NOT NULL CHECK (unit IN ('person-times', 'people')),
	target bigint NOT NULL CHECK (target > 0),
	measures text[] NOT NULL,
	rule text COLLATE "C" NOT NULL,
	rule_version integer NOT NULL,
	position smallint NOT NULL,
	PRIMARY KEY (programme, key),
	FOREIGN KEY (rule, rule_version) REFERENCES talent.counting_rule
);

-- A person counted once under a measure of a programme, and the bucket that holds the unit.
CREATE TABLE talent.person_standing (
	person uuid NOT NULL,
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	certificate uuid NOT NULL,
	district text COLLATE "C" NOT NULL,
	body uuid NOT NULL,
	level text COLLATE "C" NOT NULL,
	month date NOT NULL,
	PRIMARY KEY (person, programme, measure)
) WITH (fillfactor = 90);

-- Recorded, not yet folded. day is the Shanghai day of recording: "as of" reads by it.
CREATE TABLE talent.count_delta (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	day date NOT NULL DEFAULT (now() AT TIME ZONE 'Asia/Shanghai')::date,
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	district text COLLATE "C" NOT NULL,
	body uuid NOT NULL,
	level text COLLATE "C" NOT NULL,	-- empty: none
	month date NOT NULL,
	n integer NOT NULL CHECK (n <> 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE talent.count_total (
	programme text COLLATE "C" NOT NULL REFERENCES talent.programme,
	measure text COLLATE "C" NOT NULL CHECK (measure IN ('sessions_completed',
		'training_completions', 'assessments_taken', 'certificates_skill_grade',
		'certificates_company', 'newly_certified', 'mid_or_higher')),
	day date NOT NULL,
	district text COLLATE "C" NOT NULL,
	body uuid NOT NULL,
	level text COLLATE "C" NOT NULL,
	month date NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (programme, measure, day, district, body, level, month)
) WITH (fillfactor = 80);

-- The same folded units in one row per measure, so that reading does not grow.
CREATE TABLE talent.count_grand (
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (programme, measure)
) WITH (fillfactor = 20);

-- Credentials, audit, idempotency -----------------------------------------------------

CREATE TABLE talent.token (
	id uuid PRIMARY KEY,
	role text NOT NULL CHECK (role IN ('institution', 'company', 'administrator', 'auditor',
		'employer')),
	organisation uuid REFERENCES talent.organisation,
	districts text[] NOT NULL DEFAULT '{}',
	label text NOT NULL,
	hash talent.hash NOT NULL CONSTRAINT token_hash_key UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz,
	revoked_at timestamptz,
	last_used_at timestamptz,
	CONSTRAINT token_role_organisation CHECK (
		(role IN ('institution', 'company', 'employer')) = (organisation IS NOT NULL)
		AND (role = 'administrator' OR districts = '{}'))
) WITH (fillfactor = 80);

CREATE TABLE talent.client_certificate (
	id uuid PRIMARY KEY,
	role text NOT NULL CHECK (role IN ('institution', 'company', 'administrator', 'auditor',
		'employer')),
	organisation uuid REFERENCES talent.organisation,
	districts text[] NOT NULL DEFAULT '{}',
	label text NOT NULL,
	spki talent.hash NOT NULL CONSTRAINT client_certificate_spki_key UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz,
	revoked_at timestamptz,
	last_used_at timestamptz,
	CONSTRAINT client_certificate_role_organisation CHECK (
		(role IN ('institution', 'company', 'employer')) = (organisation IS NOT NULL)
		AND (role = 'administrator' OR districts = '{}'))
) WITH (fillfactor = 80);

CREATE TABLE talent.audit (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
	at timestamptz NOT NULL DEFAULT now(),
	actor uuid,				-- null: the registry itself
	request text,
	action text NOT NULL,
	object uuid,
	detail jsonb
);
CREATE INDEX audit_xact ON talent.audit (xact);
CREATE INDEX audit_at ON talent.audit USING brin (at);

CREATE TABLE talent.idempotency (
	principal uuid NOT NULL,		-- nil: the registry itself
	route text COLLATE "C" NOT NULL,
	key bytea NOT NULL,
	print bytea NOT NULL,
	object uuid,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (principal, route, key)
) WITH (fillfactor = 90);
CREATE INDEX idempotency_at ON talent.idempotency USING brin (at);
