-- What a change of a standard would touch (_standard_preview).
--
-- @arg standard uuid
-- @arg day date
-- @arg content text?
-- @row maybe
-- @col refusal text?               the word of an outcome
-- @col at text?                    a JSON pointer
-- @col exams bigint
-- @col sessions bigint
-- @col accreditations bigint
-- @col recognitions bigint
-- @col agreement_titles bigint
-- @col exams_dropped bigint        of those: of work types and levels that it does not have any more
-- @col sessions_dropped bigint
-- @col accreditations_dropped bigint
-- @col recognitions_dropped bigint
-- @col agreement_titles_dropped bigint
-- @col to_move text               JSON: the first hundred of exams_dropped
SELECT p.refusal, p.at, p.exams, p.sessions, p.accreditations, p.recognitions, p.agreement_titles,
	p.exams_dropped, p.sessions_dropped, p.accreditations_dropped, p.recognitions_dropped,
	p.agreement_titles_dropped, p.to_move
FROM talent._standard_preview($1::uuid, $2::date, $3::text) p
