-- The box in which a key is kept changes only when it is wrapped anew under another
-- key-encryption key: by issuer_key_rewrap, which says so for as long as it runs.

CREATE TRIGGER issuer_key_wrapped_immutable BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN (OLD.wrapped IS DISTINCT FROM NEW.wrapped
		AND current_setting('talent.rewrapping', true) IS DISTINCT FROM NEW.key)
	EXECUTE FUNCTION talent._immutable();
