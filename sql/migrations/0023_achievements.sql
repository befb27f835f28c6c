-- What stands at the addresses that credentials sign for their achievement and its criteria: each that was
-- ever signed, once, as it was signed. Credentials outlive editions, levels, titles and (erasure) their own
-- rows; whoever follows such an address finds what it named. No row is of a person.

CREATE TABLE talent.achievement (
	path text COLLATE "C" NOT NULL,	-- of its address, behind "/achievements/"
	print talent.hash NOT NULL,	-- SHA-256 of said
	said text NOT NULL,		-- the JSON object, as the credential has it
	criteria text COLLATE "C" NOT NULL,	-- of their address, behind "/criteria/"
	signed_at timestamptz NOT NULL,	-- the first time
	PRIMARY KEY (path, print)
);
CREATE INDEX achievement_criteria ON talent.achievement (criteria, path);

-- The achievement of a signed document; none where a document has none.
CREATE FUNCTION talent._achievement_of(_document text,
	OUT path text, OUT print bytea, OUT said text, OUT criteria text)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	said := _document::json #>> '{credentialSubject,achievement}';
	path := substring(said::json ->> 'id' FROM '/achievements/(.+)$');
	criteria := substring(said::json #>> '{criteria,id}' FROM '/criteria/(.+)$');
	print := sha256(convert_to(said, 'UTF8'));
END
$$;

INSERT INTO talent.achievement (path, print, said, criteria, signed_at)
SELECT a.path, a.print, min(a.said), min(a.criteria), min(v.made_at)
FROM talent.certificate_document d
JOIN talent.certificate_version v ON v.id = d.version
CROSS JOIN LATERAL talent._achievement_of(d.document) a
WHERE a.path IS NOT NULL AND a.criteria IS NOT NULL
GROUP BY a.path, a.print;

-- In one order for all, so that two pairs that are stored at once wait for each other at most.
CREATE FUNCTION talent._achievement_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.achievement (path, print, said, criteria, signed_at)
	SELECT a.path, a.print, a.said, a.criteria, now()
	FROM stored d CROSS JOIN LATERAL talent._achievement_of(d.document) a
	WHERE a.path IS NOT NULL AND a.criteria IS NOT NULL
	ORDER BY a.path, a.print
	ON CONFLICT (path, print) DO NOTHING;
	RETURN NULL;
END
$$;
CREATE TRIGGER certificate_achievement AFTER INSERT ON talent.certificate_document
	REFERENCING NEW TABLE AS stored
	FOR EACH STATEMENT EXECUTE FUNCTION talent._achievement_signed();

CREATE TRIGGER achievement_immutable BEFORE UPDATE OR DELETE ON talent.achievement
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER achievement_truncate BEFORE TRUNCATE ON talent.achievement
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.achievement TO talent_worker, talent_clerk, talent_jobs;
