-- What the journal says of certificates that are stored now.
CREATE OR REPLACE FUNCTION talent._journal_pair(_f talent.exam_facts, _c talent.new_certificate[])
RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', 'stored:', c.version, c.certificate, c.number,
	    CASE talent._of_partner(c.kind) WHEN true THEN _f.partner WHEN false THEN _f.body END, c.list, c.idx), E'\n')
	    FROM unnest(_c) c);
END
$$;
