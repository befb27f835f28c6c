/* ctl/hours.c - asks who is in the session. */
#include "ctl/hours.h"

#include "ctl/api.h"

int hours_of_all(struct ctl *ctl, const char *session, json_t *hours, json_t **ret)
{
	struct ctl quiet = *ctl;
	json_t *enrolled = NULL, *enrolment, *list;
	size_t i;
	quiet.json = false;
	int code = api_list(&quiet, PATH("/v1/sessions/%/enrolments", session), &enrolled);
	if (code != CTL_OK)
		return code;
	list = json_array();
	json_array_foreach(enrolled, i, enrolment)
		if (strcmp(api_str(enrolment, "state"), "withdrawn") != 0)
			json_array_append_new(list, json_pack("{s:s, s:O}", "id", api_str(enrolment, "id"),
			                                      "hours_attended", hours));
	json_decref(enrolled);
	*ret = list;
	return CTL_OK;
}
