-- What .make/conflicts.awk is for; nobody runs it. The first condition fits every row, the second sets what is
-- there; the others say whose name is meant.
CREATE FUNCTION example(_id uuid, OUT id uuid, OUT state text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	SELECT q.state INTO state FROM thing q WHERE q.id = id;
	UPDATE thing q SET state = 'x' || state WHERE q.id = _id;
	SELECT q.id INTO id FROM thing q WHERE q.id = example.id AND q.state = example.state;
	UPDATE thing q SET id = _id, state = q.state WHERE q.id = _id;
	INSERT INTO thing (id) VALUES (_id) ON CONFLICT (id) DO NOTHING;
	IF state = 'x' THEN
		RETURN;
	END IF;
END
$$;
