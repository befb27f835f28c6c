-- Whoever asks what is held about him is told which verifications of his certificates left a record.
CREATE INDEX verification_record_version ON talent.verification_record (version) WHERE version IS NOT NULL;
