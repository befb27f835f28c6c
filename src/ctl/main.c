/* ctl/main.c - talentctl, the registry's command line. */
#include <locale.h>

#include "ctl/verbs.h"

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	return ctl_main(argc, argv, stdout, stderr);
}
