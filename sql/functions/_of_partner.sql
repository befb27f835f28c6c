-- Whether a certificate of this kind, given for an exam, is the partner's (true) or that of the body which
-- held the exam (false). Null: no exam gives it. As domain/kind.c, which a test compares.
CREATE OR REPLACE FUNCTION talent._of_partner(_kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _kind WHEN 'company' THEN true WHEN 'skill_grade' THEN false END
$$;
