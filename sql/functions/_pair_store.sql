-- Stores the certificates of a published pass: signed documents first, then what points at
-- them. The caller holds guards and person, and has compared terms and keys. They are issued on the day on which they
-- are signed, but where a day was printed the public one was issued on that.
CREATE OR REPLACE FUNCTION talent._pair_store(_f talent.exam_facts, _assessment uuid,
	_person uuid, _name text, _issued_at timestamptz, _c talent.new_certificate[],
	_printed_on date DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	_issued_on date := (_issued_at AT TIME ZONE 'Asia/Shanghai')::date;
	_public_on date := least(_printed_on, _issued_on);
	_public_at timestamptz := CASE WHEN _printed_on < _issued_on
	    THEN _printed_on::timestamp AT TIME ZONE 'Asia/Shanghai' ELSE _issued_at END;
BEGIN
	INSERT INTO talent.certificate_document (version, document)
	SELECT c.version, c.document FROM unnest(_c) c;

	INSERT INTO talent.certificate (id, kind, number, assessment, person, issuer, body,
	    district, occupation, edition, work_type, level, issued_on, issued_at)
	SELECT c.certificate, c.kind, c.number, _assessment, _person,
	    CASE talent._of_partner(c.kind) WHEN true THEN _f.partner WHEN false THEN _f.body END,
	    _f.body, _f.district, _f.occupation, _f.edition, _f.work_type, _f.level,
	    CASE talent._of_partner(c.kind) WHEN true THEN _issued_on ELSE _public_on END,
	    CASE talent._of_partner(c.kind) WHEN true THEN _issued_at ELSE _public_at END
	FROM unnest(_c) c;

	INSERT INTO talent.certificate_version (id, certificate, ordinal, code, issuer, list, idx,
	    key, made_at, expires_on, kind, number, holder, title, occupation, edition,
	    occupation_name, work_type, level, level_name, level_name_en, issuer_name,
	    issuer_slug, issued_on, dual)
	SELECT c.version, c.certificate, 1, c.code,
	    CASE talent._of_partner(c.kind) WHEN true THEN _f.partner WHEN false THEN _f.body END,
	    c.list, c.idx, c.key, _issued_at, c.expires, c.kind, c.number, _name, c.title, _f.occupation,
	    _f.edition, _f.occupation_name, _f.work_type_name, _f.level, _f.level_name,
	    _f.level_name_en,
	    CASE talent._of_partner(c.kind) WHEN true THEN _f.partner_name WHEN false THEN _f.body_name END,
	    CASE talent._of_partner(c.kind) WHEN true THEN _f.partner_slug WHEN false THEN _f.body_slug END,
	    CASE talent._of_partner(c.kind) WHEN true THEN _issued_on ELSE _public_on END, _f.partner IS NOT NULL
	FROM unnest(_c) c;

	INSERT INTO talent.certificate_state (certificate, kind, person, occupation, work_type,
	    level, state, version)
	SELECT c.certificate, c.kind, _person, _f.occupation, _f.work_type, _f.level, 'valid',
	    c.version
	FROM unnest(_c) c;
END
$$;
