/* credential/credential_table.h - the table of the certificate's credential; only for the files
 * that build it and read it back. */
#pragma once

#include "credential/credential.h"

enum credential_value {
	V_ID, V_TITLE, V_VALID_FROM, V_VALID_UNTIL, V_DID, V_ISSUER_NAME, V_SUBJECT, V_NUMBER,
	V_HOLDER, V_ACHIEVEMENT, V_DESCRIPTION, V_HUMAN_CODE, V_CRITERIA, V_NARRATIVE,
	V_STATUS, V_STATUS_INDEX, V_STATUS_LIST, CREDENTIAL_VALUES,
};

extern const struct template_row credential_rows[];
extern const size_t credential_n_rows;

/* The values of facts. Failures as credential_build. */
MUSTUSE int credential_values(struct arena *a, const struct credential_facts *facts,
                              struct slice values[static CREDENTIAL_VALUES]);
