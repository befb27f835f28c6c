-- How many numbers or list positions are reserved at a time: BLOCK_SIZE of store/blocks.h.
CREATE OR REPLACE FUNCTION talent._block_size() RETURNS int
LANGUAGE sql IMMUTABLE AS $$
	SELECT 256
$$;
