-- The owner lets the first two administrators in.
--
-- @arg first_name text
-- @arg second_name text
-- @arg first_staff uuid
-- @arg second_staff uuid
-- @arg first_token uuid
-- @arg second_token uuid
-- @arg first_hash bytea
-- @arg second_hash bytea
-- @row one
-- @col outcome text                made, not_needed
SELECT talent._administrators_begin(ARRAY[$1::text, $2::text], ARRAY[$3::uuid, $4::uuid], ARRAY[$5::uuid, $6::uuid],
	ARRAY[$7::bytea, $8::bytea]) AS outcome
