/* ctl/hours.c - asks who is in the session. */
#include "ctl/hours.h"

#include "ctl/api.h"
#include "ctl/args.h"

int hours_of_all(struct ctl *ctl, json_t *body)
{
	struct ctl quiet = *ctl;
	json_t *hours = json_object_get(body, "hours"), *enrolled = NULL, *enrolment;
	size_t i;
	if (!json_is_integer(hours)) {
		json_object_del(body, "hours");
		return CTL_OK;
	}
	quiet.json = false;
	int code = api_list(&quiet, PATH("/v1/sessions/%/enrolments", ctl->args->rest[0]), &enrolled);
	if (code != CTL_OK)
		return code;
	json_t *list = json_array();
	json_array_foreach(enrolled, i, enrolment)
		if (strcmp(api_str(enrolment, "state"), "withdrawn") != 0)
			json_array_append_new(list, json_pack("{s:s, s:O}", "id", api_str(enrolment, "id"),
			                                      "hours_attended", hours));
	json_decref(enrolled);
	json_object_set_new(body, "enrolments", list);
	json_object_del(body, "hours");
	return CTL_OK;
}
