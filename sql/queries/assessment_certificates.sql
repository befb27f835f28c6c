-- assessment_certificates(assessment uuid)
-- args: 1
-- The certificates of one assessment, skill_grade first; whatever their state, since a
-- repetition of a submission answers what the first did.
-- Result: kind · number · level · title · issuer_name · issued_on · code bytea
SELECT c.kind, c.number, c.level, v.title, v.issuer_name, c.issued_on, v.code
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
WHERE c.assessment = $1::uuid
ORDER BY c.kind = 'skill_grade' DESC, c.kind
