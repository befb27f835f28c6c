/* ctl/cmd_client_certificate.c - who may use the API with a TLS client certificate. The registry knows
 * a certificate by its public key, so a renewed one with the same key needs nothing done. */
#include "ctl/args.h"
#include "ctl/credential.h"
#include "ctl/json_file.h"

static int add_pem(struct ctl *ctl, json_t *body)
{
	struct buf pem = BUF_INIT(64 * KIB);
	int code = file_read(ctl, ctl->args->rest[0], &pem);
	if (code == CTL_OK)
		code = credential_complete(ctl, body);
	if (code == CTL_OK && json_object_set_new(body, "certificate_pem", json_stringn(pem.p, pem.n)) != 0)
		code = ctl_usage(ctl, pick(ctl->lang, "%s is not PEM", "%s 不是 PEM 格式"), ctl->args->rest[0]);
	buf_free(&pem);
	return code;
}

static const struct body_field adds[] = {
	{"FILE", "certificate_pem", BODY_ARGUMENT, false}, /* whose content is put in its place */
	CREDENTIAL_FIELDS,
	{0},
};

const struct verb cmd_client_certificate[] = {
	{
		.name = "client-certificate",
		.sub = "add",
		.args = "FILE.pem --role ROLE [--organisation SLUG] [--districts CODE,…] [--label TEXT] [--expires-days N] [--staff ID]",
		.en = "let the holder of a TLS client certificate in",
		.zh = "登记 TLS 客户端证书",
		.min_args = 1,
		.max_args = 1,
		.options = {CREDENTIAL_OPTIONS},
		ASK("POST", "/v1/client-certificates", .fields = adds, .complete = add_pem, .says = {"%", "%", {"id"}}),
	},
	{
		.name = "client-certificate",
		.sub = "list",
		.args = "",
		.en = "list the client certificates",
		.zh = "列出客户端证书",
		CREDENTIALS("/v1/client-certificates"),
	},
	{
		.name = "client-certificate",
		.sub = "revoke",
		.args = "ID",
		.en = "shut a client certificate out at once",
		.zh = "立即停用客户端证书",
		.min_args = 1,
		.max_args = 1,
		CREDENTIAL_ENDS("/v1/client-certificates/%"),
	},
	{0},
};
