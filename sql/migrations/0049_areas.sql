-- Areas are kept by the city's administrators.

ALTER TABLE talent.area ADD COLUMN id uuid NOT NULL CONSTRAINT area_id_key UNIQUE DEFAULT gen_random_uuid();	-- in audit
