-- Programmes are created, and their windows moved, by the city's administrators; a background job fills what
-- is not filled.

CREATE TYPE talent.new_programme AS (
	id uuid, slug text, title text, title_en text, window_from date, window_to date, district_prefix text,
	area text, occupations text[], measures text[]
);
CREATE INDEX programme_measure_unfilled ON talent.programme_measure (programme, measure) WHERE filled_at IS NULL;
