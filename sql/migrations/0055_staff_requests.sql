-- Who let an administrator in is asked of the requests about him (_let_in), which are looked up by him.

CREATE INDEX staff_request_of ON talent.staff_request (staff);
