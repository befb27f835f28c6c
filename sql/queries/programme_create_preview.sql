-- Whether a programme could be opened so.
--
-- @arg programme json
-- @json programme new_programme
-- @row one
-- @col refusal text?               as programme_create's outcome
SELECT talent._programme_refusal(json_populate_record(NULL::talent.new_programme, $1::json)) AS refusal
