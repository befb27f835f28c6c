-- Codes and titles hold nothing that does not show, as text/character.c says it: two that look alike would
-- be two, and direction marks show one as another. Binds what is written from now on; the owner's repairs
-- (talent.maintenance) are exempt.

-- Controls, direction and zero-width characters, fillers, selectors, private use, and spaces other than
-- U+0020 and U+3000.
CREATE FUNCTION talent._shows(text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $1 !~ ('[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f'
	'\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0'
	'\ufff0-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]');

CREATE FUNCTION talent._shown() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_text text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
	IF NOT talent._shows(_text) AND NOT talent._maintenance() THEN
		RAISE EXCEPTION '% of % holds a character that does not show', TG_ARGV[0], TG_TABLE_NAME
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = TG_NAME;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_code_shown BEFORE INSERT OR UPDATE OF code ON talent.exam
	FOR EACH ROW EXECUTE FUNCTION talent._shown('code');
CREATE TRIGGER training_session_title_shown BEFORE INSERT OR UPDATE OF title ON talent.training_session
	FOR EACH ROW EXECUTE FUNCTION talent._shown('title');
CREATE TRIGGER goal_title_shown BEFORE INSERT OR UPDATE OF title ON talent.goal
	FOR EACH ROW EXECUTE FUNCTION talent._shown('title');
CREATE TRIGGER programme_title_shown BEFORE INSERT OR UPDATE OF title ON talent.programme
	FOR EACH ROW EXECUTE FUNCTION talent._shown('title');
